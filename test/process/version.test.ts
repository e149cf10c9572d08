import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { open, page, serveConsole, signIn } from '../console/fresh-console.ts';
import { runSource } from '../support/command.ts';
import { fileText } from '../support/pages.ts';
import { temporaryFolder } from '../support/process.ts';

const { version } = z.object({ version: z.string() }).parse(JSON.parse(await fileText('package.json')));

serveConsole();

test.each(['--version', '-v'])(
  '%s prints the version of package.json, and nothing is started',
  async (flag) => {
    await using folder = await temporaryFolder();
    const dataDir = join(folder.path, 'data');
    // It starts nothing, so it does not mind a setting that would stop the start either.
    const ran = await runSource('src/main.js', [flag], { DATA_DIR: dataDir, PORT: 'x' });
    expect(ran).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(existsSync(dataDir)).toBe(false);
  },
);

test.each(['--verson', 'start', '--version now'])(
  '%s ends with one line that says what there is',
  async (line) => {
    await using folder = await temporaryFolder();
    const dataDir = join(folder.path, 'data');
    const ran = await runSource('src/main.js', line.split(' '), { DATA_DIR: dataDir });
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining('only --version')]);
    expect(ran.stderr).toContain(`"${line.split(' ').at(-1)}"`);
    expect(existsSync(dataDir)).toBe(false);
  },
);

test("the console's footer says it", async () => {
  const app = await open();
  const { body } = await page(app, await signIn(app), '/console/rejected');
  expect(/<footer>.*<\/footer>/.exec(body)?.[0]).toContain(`masonhub-loop ${version}`);
});
