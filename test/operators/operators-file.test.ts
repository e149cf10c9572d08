import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/errors.ts';
import { parseOperators, readOperators } from '../../src/operators/operators-file.ts';
import { hashPassword } from '../../src/operators/password.ts';

const hash = await hashPassword('correct horse battery');

function problemsOf(text: string): readonly string[] {
  try {
    parseOperators(text, 'operators.yaml');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

test('the file names operators with a role, view unless it says another, and a hash', () => {
  const text = `operators:\n  anna:\n    role: act\n    password: ${hash}\n  ben@shop.example:\n    password: ${hash}\n`;
  expect([...parseOperators(text, 'operators.yaml').values()]).toEqual([
    { name: 'anna', role: 'act', hash },
    { name: 'ben@shop.example', role: 'view', hash },
  ]);
  expect(parseOperators('operators:\n', 'operators.yaml').size).toBe(0);
});

test.each([
  ['', 'the file has no operators. Begin it with `operators:`; npm run operators -- add NAME writes it.'],
  [`operator:\n  anna: {}`, 'operator is not a known key; the nearest is operators. Rename or remove it.'],
  [
    `operators:\n  anna:\n    password: ${hash}\n    rol: act`,
    'operator anna: rol is not a known key; the nearest is role. Rename or remove it.',
  ],
  [
    `operators:\n  anna:\n    role: admin\n    password: ${hash}`,
    'operator anna: role is not a role. Write one of view, act.',
  ],
  [
    'operators:\n  anna:\n    role: act\n    password: hunter2-and-more',
    'operator anna: password is no hash of a password. npm run operators -- passwd NAME makes one.',
  ],
  ['operators:\n  anna:\n    role: act', 'operator anna: password is missing or empty. Write its value.'],
  [
    `operators:\n  Anna:\n    password: ${hash}`,
    "operator Anna is not an operator's name. Use 1 to 64 of a-z, 0-9, '.', '_', '@' and '-', with a letter or digit at either end.",
  ],
  [
    `operators:\n  anna:\n    password: ${hash}\n  anna:\n    password: ${hash}`,
    'operator anna is there twice. Keep one of them.',
  ],
])('%j is refused with the line, the problem and the fix', (text, problem) => {
  const problems = problemsOf(text);
  expect(problems.map((one) => one.replace(/^operators\.yaml:\d+: /, ''))).toContain(problem);
  expect(problems.join()).toMatch(/^operators\.yaml:\d+: /);
  expect(problems.join()).not.toMatch(/hunter2|\$scrypt/);
});

test('all problems are named at once, in the order of the file', () => {
  const text = `operators:\n  anna:\n    role: admin\n    password: ${hash}\n  ben:\n    password: x\nmore: 1\n`;
  expect(problemsOf(text).map((one) => one.split(': ')[0])).toEqual(
    [3, 6, 7].map((line) => `operators.yaml:${line}`),
  );
});

test('a file that is missing or cannot be read is told with what to do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'operators-'));
  try {
    const path = join(folder, 'operators.yaml');
    await expect(readOperators(path)).rejects.toThrow(`${path}: there is no such users file.`);
    await expect(readOperators(folder)).rejects.toThrow('cannot be read (EISDIR)');
    await writeFile(path, `operators:\n  anna:\n    password: ${hash}\n`);
    expect(await readOperators(path)).toMatchObject({
      content: new Map([['anna', { role: 'view' }]]),
      files: [path],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
