import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../support/process.ts';
import { startWorld, type World } from '../support/service.ts';

const redocly = fileURLToPath(new URL('../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
const verdict = z.object({
  totals: z.object({ errors: z.number(), warnings: z.number(), ignored: z.number() }),
  problems: z.array(z.object({ ruleId: z.string(), message: z.string() })),
});

let world: World;
let description: string;
beforeAll(async () => {
  world = await startWorld();
  description = (await world.api('/docs/json')).text;
});
afterAll(() => world.stop());

/** What Redocly's recommended rules say of a description, without a request to anybody. */
async function lint(text: string) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'openapi.json');
  await writeFile(file, text);
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const output = await new Promise<string>((resolve) => {
    const options = ['lint', '--extends=recommended', '--format=json', file];
    execFile(process.execPath, [redocly, ...options], { cwd: folder.path, env }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  return verdict.parse(JSON.parse(output));
}

test('the description is OpenAPI 3.1, and its linter has nothing to say', async () => {
  expect(JSON.parse(description)).toMatchObject({ openapi: '3.1.0' });
  expect(await lint(description)).toEqual({
    totals: { errors: 0, warnings: 0, ignored: 0 },
    problems: [],
  });
});

test('the linter does look: an operation without a name is found', async () => {
  const nameless = description.replace('"operationId":"readReturn",', '');
  expect(await lint(nameless)).toMatchObject({ problems: [{ ruleId: 'operation-operationId' }] });
});

const media = z.object({
  schema: z.looseObject({ example: z.unknown().optional() }),
  example: z.unknown().optional(),
  examples: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
});
const body = z.object({ content: z.record(z.string(), media) });
const operation = z.object({
  operationId: z.string(),
  parameters: z.array(media).default([]),
  requestBody: body.optional(),
  responses: z.record(z.string(), body),
});
const operations = z.record(z.string(), operation);

test('every schema in it is JSON Schema 2020-12, and takes the examples beside it', () => {
  const { paths } = z.object({ paths: z.record(z.string(), operations) }).parse(JSON.parse(description));
  // `example` is OpenAPI's own word.
  const ajv = new Ajv2020({ strictTypes: false, validateFormats: false });
  ajv.addVocabulary(['example']);
  let judged = 0;
  for (const one of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    const bodies = [
      ...Object.values(one.responses),
      ...(one.requestBody === undefined ? [] : [one.requestBody]),
    ];
    const described = [...one.parameters, ...bodies.flatMap(({ content }) => Object.values(content))];
    for (const { schema, example, examples } of described) {
      const takes = ajv.compile(schema);
      const given = [example, schema.example, ...Object.values(examples).map(({ value }) => value)];
      for (const value of given.filter((it) => it !== undefined)) {
        expect(takes(value), `${one.operationId}: ${ajv.errorsText(takes.errors)}`).toBe(true);
        judged += 1;
      }
    }
  }
  expect(judged).toBeGreaterThan(60);
});
