import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runSource } from '../support/command.ts';
import { password } from '../support/operators.ts';
import { temporaryFolder } from '../support/process.ts';

/** What a command does with words that it does not know: it says what there is, and does nothing. */
test.each([
  ['src/restored.ts', 'acme', 1, 'Nothing was noted. Write npm run restored'],
  ['src/restored.ts', '--helpme', 1, 'Nothing was noted. Write npm run restored'],
  ['src/stand-ins/demo/main.ts', '--stya', 2, 'npm run demo -- --stay'],
  ['src/stand-ins/demo/main.ts', 'stay', 2, 'npm run demo -- --stay'],
])('%s %s does nothing and says what to write', async (file, argument, status, words) => {
  await using folder = await temporaryFolder();
  const dataDir = join(folder.path, 'data');
  const ran = await runSource(file, [argument], { DATA_DIR: dataDir, TMPDIR: folder.path });
  expect(ran).toMatchObject({ status, stdout: '' });
  expect(ran.stderr).toContain(argument);
  expect(ran.stderr).toContain(words);
  expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(existsSync(dataDir)).toBe(false);
});

test.each(['--help', '-h'])('src/restored.ts %s notes nothing, and says what it is for', async (argument) => {
  const ran = await runSource('src/restored.ts', [argument], {});
  expect(ran).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Write npm run restored/),
    stderr: '',
  });
});

test('src/operators.ts add takes a password from its input, and keeps a hash that is dear to guess from', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'operators.yaml');
  const ran = await runSource('src/operators.ts', ['add', 'anna'], { OPS_USERS_FILE: file }, `${password}\n`);
  expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining('anna is in') });
  expect(await readFile(file, 'utf8')).toContain('$scrypt$ln=15,r=8,p=3$');
});
