import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseOperators } from '../../src/operators/operators-file.ts';
import { findByPassword } from '../../src/operators/password.ts';
import { runOperators } from '../../src/setup/operators.ts';
import { operator, password } from '../support/operators.ts';
import { until } from '../support/until.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operators-'));
  file = join(folder, 'operators.yaml');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As dear a hash as the command makes would be most of what these tests take. */
const hash = async (secret: string) => operator('somebody', 'view', secret).hash;
const content = () => readFile(file, 'utf8');
const operators = async () => parseOperators(await content(), file);

/** Runs a command where there is no terminal. */
async function run(
  args: string[],
  input: string | AsyncIterable<string> = `${password}\n`,
  env: NodeJS.ProcessEnv = { OPS_USERS_FILE: file },
) {
  const output = new PassThrough();
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const status = await runOperators(args, {
    env,
    input: Readable.from(typeof input === 'string' ? [input] : input),
    output,
    hash,
  });
  return { status, shown };
}

describe('the users file', () => {
  it('gets an operator, for its owner alone, and can be used at once', async () => {
    const { status, shown } = await run(['add', 'anna', '--role', 'act']);
    expect([status, shown]).toEqual([0, expect.stringMatching(/^anna is in .* may act\./s)]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await content()).not.toContain(password);
    expect(await findByPassword(await operators(), 'anna', password)).toMatchObject({ role: 'act' });
  });

  it('keeps its comments and the other operators, is closed to others, and is never half written', async () => {
    await run(['add', 'anna', '--role', 'act']);
    const before = `# ours\n${await content()}  # the end\n`;
    await writeFile(file, before);
    await chmod(file, 0o644);
    await run(['add', 'ben']);
    const after = await content();
    expect(after).toMatch(/^# ours\n/);
    expect(after).toContain('# the end');
    expect(await operators()).toEqual(
      new Map([
        ['anna', expect.objectContaining({ role: 'act' })],
        ['ben', expect.objectContaining({ role: 'view' })],
      ]),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['operators.yaml']);
  });

  it('gets another password, and the role stays', async () => {
    await run(['add', 'anna', '--role', 'act']);
    await run(['passwd', 'anna'], 'another long password\r\nand a line that does not matter\n');
    expect(await findByPassword(await operators(), 'anna', password)).toBeNull();
    expect(await findByPassword(await operators(), 'anna', 'another long password')).toMatchObject({
      role: 'act',
    });
  });

  it.each([
    ['passwd', 'anna', ['anna', 'carl']],
    ['add', 'dora', ['anna', 'carl', 'dora']],
  ])('keeps what somebody else changed while %s waited for the password', async (command, name, names) => {
    await run(['add', 'anna', '--role', 'act']);
    await run(['add', 'ben']);
    async function* typed() {
      await run(['remove', 'ben']);
      await run(['add', 'carl']);
      yield 'another long password\n';
    }
    await run([command, name], typed());
    expect([...(await operators()).keys()]).toEqual(names);
    expect(await findByPassword(await operators(), name, 'another long password')).not.toBeNull();
  });

  it('is not made with somebody who was removed, or added, while their password was typed', async () => {
    await run(['add', 'anna']);
    async function* typedAfter(...args: string[]) {
      await run(args);
      yield `${password}\n`;
    }
    await expect(run(['passwd', 'anna'], typedAfter('remove', 'anna'))).rejects.toThrow(
      'there is no operator anna',
    );
    await expect(run(['add', 'ben'], typedAfter('add', 'ben', '--role', 'act'))).rejects.toThrow(
      'the operator ben is there already',
    );
    expect([...(await operators()).values()]).toMatchObject([{ name: 'ben', role: 'act' }]);
  });

  it('loses an operator, or gives one a password, whose name is written like a number', async () => {
    await run(['add', '123', '--role', 'act']);
    await run(['add', '456']);
    await writeFile(file, (await content()).replaceAll(/"(\d+)"/g, '$1'));
    await run(['passwd', '123'], 'another long password\n');
    await run(['remove', '456']);
    expect([...(await operators()).values()]).toMatchObject([{ name: '123', role: 'act' }]);
    expect(await findByPassword(await operators(), '123', 'another long password')).not.toBeNull();
  });

  it('loses an operator, down to the last one', async () => {
    await run(['add', 'anna']);
    await run(['add', 'ben', '--role', 'act']);
    expect((await run(['list'])).shown).toBe('anna  view\nben   act\n');
    await run(['remove', 'anna']);
    expect((await run(['list'])).shown).toBe('ben  act\n');
    await run(['remove', 'ben']);
    expect((await run(['list'])).shown).toContain('has no operators yet');
    await run(['add', 'carl']);
    expect((await operators()).size).toBe(1);
  });
});

describe('what cannot be done is said, and changes nothing', () => {
  it.each<[string[], string, string]>([
    [['add', 'anna'], password, 'the operator anna is there already'],
    [['add', 'Ben'], password, "is not an operator's name"],
    [['add', 'ben'], 'short', 'at least 12 characters'],
    [['add', 'ben'], 'x'.repeat(257), 'at most 256 characters'],
    [['add', 'ben', '--role', 'admin'], password, 'Give one of view, act'],
    [['remove', 'anne'], password, 'there is no operator anne. The nearest is anna.'],
    [['passwd', 'anne'], password, 'there is no operator anne. The nearest is anna.'],
    [['remove', 'anna', 'ben'], password, 'one operator at a time'],
    [['remove', 'anna', '--role', 'act'], password, 'remove takes no --role'],
    [['remove'], password, 'npm run operators -- remove anna'],
    [['lst'], password, 'the nearest is list'],
    [['list', 'anna'], password, 'list takes no name'],
    [['add', '--rolle', 'act'], password, "Unknown option '--rolle'"],
  ])('%j with %j', async (args, input, problem) => {
    await run(['add', 'anna']);
    const before = await content();
    await expect(run(args, input)).rejects.toThrow(problem);
    expect(await content()).toBe(before);
  });

  it('in a file that is wrong', async () => {
    await writeFile(file, 'operators:\n  anna: {}\n');
    await expect(run(['add', 'ben'])).rejects.toThrow(`${file}:2: operator anna: password is missing`);
    expect(await content()).toBe('operators:\n  anna: {}\n');
  });

  it('without the setting that says where the file is', async () => {
    await expect(run(['list'], '', {})).rejects.toThrow('OPS_USERS_FILE: is not set.');
  });

  it('in a folder that is not there', async () => {
    const missing = { OPS_USERS_FILE: join(folder, 'nowhere', 'operators.yaml') };
    await expect(run(['add', 'anna'], password, missing)).rejects.toThrow('cannot be written (ENOENT)');
  });
});

it('shows its help, and ends with 2 where nothing was asked for', async () => {
  expect(await run(['--help'])).toMatchObject({ status: 0, shown: expect.stringContaining('add <name>') });
  expect(await run([])).toMatchObject({ status: 2, shown: expect.stringContaining('add <name>') });
});

it('on a terminal the password is asked for twice and never shown', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 40 });
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const env = { OPS_USERS_FILE: file, NO_COLOR: '1' };
  const ended = runOperators(['add', 'anna'], { env, input, output, hash });
  ended.catch(() => undefined);
  const answer = async (question: string, keys: readonly string[]) => {
    await until(
      () => shown.includes(question),
      () => `${question} in ${shown}`,
    );
    for (const key of keys) input.write(key);
  };
  await answer('A password for anna?', ['short', '\r']);
  await answer('at least 12 characters', ['\u0015', password, '\r']);
  await answer('Once more?', ['something else', '\r']);
  await answer('It is not the same', ['\u0015', password, '\r']);
  expect(await ended).toBe(0);
  expect(shown).not.toMatch(/correct|horse|something/);
  expect(await findByPassword(await operators(), 'anna', password)).not.toBeNull();
});
