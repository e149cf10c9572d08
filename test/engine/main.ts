import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigurationError } from '../../src/config/errors.ts';
import { openPlace } from './place.ts';
import { tableOf } from './table.ts';

const wholeNumber = z.coerce.number().int().nonnegative().max(1_000_000);
const text = { type: 'string' } as const;
try {
  const { values, backend, isQuick, returns, seed } = readArguments();
  const databaseUrl = values['database-url'];
  if (databaseUrl === undefined) {
    throw new ConfigurationError(['Name the database: npm run engine -- --database-url postgres://…']);
  }
  await using place = await openPlace(databaseUrl, values.schema ?? null);
  // Only now: what is refused is told before all that the service is made of is read.
  const { tryEngine } = await import('./conformance.ts');
  const { host, pathname } = new URL(databaseUrl);
  console.log(`${place.engine} at ${host}${pathname}\n`);
  const tried = await tryEngine({
    databaseUrl: place.url,
    backend,
    returns,
    seed,
    isQuick,
    told: ({ what, isRight }) => console.log(`${isRight ? '✔' : '✘'} ${what}`),
    say: (line) => console.log(`    ${line}`),
  });
  console.log(`\n${tableOf(tried)}`);
  process.exitCode = tried.every(({ isRight }) => isRight) ? 0 : 1;
} catch (error) {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
}

const usage =
  'Write: npm run engine -- --database-url postgres://… [--backend postgres|citus] [--schema NAME] [--returns N] [--seed N] [--quick]';

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        'database-url': text,
        backend: text,
        schema: text,
        returns: text,
        seed: text,
        quick: { type: 'boolean' },
      },
    });
    const backend = z.enum(['postgres', 'citus']).parse(values.backend ?? 'postgres');
    const isQuick = values.quick ?? false;
    const returns = wholeNumber.min(3).parse(values.returns ?? (isQuick ? '6' : '100'));
    const seed = values.seed === undefined ? randomInt(1_000_000) : wholeNumber.parse(values.seed);
    return { values, backend, isQuick, returns, seed };
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ConfigurationError([`${problem}\n${usage}`]);
  }
}
