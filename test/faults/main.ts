import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { showProgress } from './progress.ts';
import { isClean, lines } from './report.ts';
import { runFaults } from './run.ts';

const wholeNumber = z.coerce.number().int().nonnegative().max(1_000_000);
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const { values } = parseArgs({
  options: { returns: text, seed: text, stretch: text, 'full-allowance': flag, failover: flag },
});
const kind = values['full-allowance'] === true ? 'full allowance' : 'everything';
if (values.failover === true && values['full-allowance'] === true) {
  throw new Error('--failover and --full-allowance are runs of their own: give one of them');
}
const database = values.failover === true ? 'pair' : 'one server';
const returns = wholeNumber.min(3).parse(values.returns ?? (kind === 'everything' ? '1000' : '200'));
const seed = values.seed === undefined ? randomInt(1_000_000) : wholeNumber.parse(values.seed);
const stretch = wholeNumber.min(1).parse(values.stretch ?? '1');

// The database is another process: it is stopped when this one exits, and only then.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

console.log(`${returns} returns, seed ${seed}\n`);
const progress = showProgress(process.stdout, returns);
const report = await runFaults({ kind, database, returns, seed, stretch, onProgress: progress.show });
progress.end();
console.log(lines(report).join('\n'));
process.exitCode = isClean(report) ? 0 : 1;
