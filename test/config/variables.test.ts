import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSettings, SECRET_SETTINGS } from '../../src/config/environment.ts';
import { interpolate } from '../../src/config/interpolate.ts';
import { readMerchants } from '../../src/config/merchants.ts';
import { readVariable } from '../../src/config/variables.ts';
import { file, MASONHUB } from './merchants-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  path = join(folder, 'secret');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a variable', () => {
  test.each([
    ['plain', 'plain'],
    ['one line\n', 'one line'],
    ['one line\r\n', 'one line'],
    ['two\nlines\n\n', 'two\nlines\n'],
    [' spaces ', ' spaces '],
  ])('is the content of its file without the final line break: %j', async (content, value) => {
    await writeFile(path, content);
    expect(readVariable({ A_FILE: path }, 'A')).toEqual({ kind: 'value', value });
    expect(readVariable({ A: '', A_FILE: path }, 'A')).toEqual({ kind: 'value', value });
  });

  test('is its own value where no file is named', () => {
    expect(readVariable({ A: 'one', A_FILE: '' }, 'A')).toEqual({ kind: 'value', value: 'one' });
    expect(readVariable({ A: '' }, 'A')).toEqual({ kind: 'none', state: 'empty' });
    expect(readVariable({}, 'A')).toEqual({ kind: 'none', state: 'not set' });
    expect(readVariable({}, 'constructor')).toEqual({ kind: 'none', state: 'not set' });
  });

  test('cannot be both', async () => {
    await writeFile(path, 'hunter2');
    const problem = 'A and A_FILE are both set. Keep one of them.';
    expect(readVariable({ A: 'hunter2', A_FILE: path }, 'A')).toEqual({ kind: 'problem', problem });
  });

  test.each(['', '\n', '\r\n'])('cannot be in a file with nothing in it: %j', async (content) => {
    await writeFile(path, content);
    const problem = `A_FILE names ${path}, which is empty. Write the secret into it.`;
    expect(readVariable({ A_FILE: path }, 'A')).toEqual({ kind: 'problem', problem });
  });

  test('names the file that cannot be read, and nothing that may be the secret itself', () => {
    const fix = `Name a file that the service's user may read.`;
    const problemOf = (file: string) => readVariable({ A_FILE: file }, 'A');
    expect(problemOf(path)).toEqual({
      kind: 'problem',
      problem: `A_FILE names ${path}, which is not there. ${fix}`,
    });
    expect(problemOf(folder)).toEqual({
      kind: 'problem',
      problem: `A_FILE names ${folder}, which cannot be read (EISDIR). ${fix}`,
    });
    expect(problemOf('postgres://root:hunter2@db/loop')).toEqual({
      kind: 'problem',
      problem: `A_FILE names a file, which is not there. ${fix}`,
    });
  });
});

/** What a setting needs beside it. */
const beside: Partial<Record<(typeof SECRET_SETTINGS)[number], Record<string, string>>> = {
  OIDC_CLIENT_SECRET: {
    OIDC_ISSUER: 'https://id.example.com',
    OIDC_CLIENT_ID: 'masonhub-loop',
    OPS_TOKEN: 'a-long-enough-token',
    PUBLIC_URL: 'https://returns.example.com',
  },
};

test.each(SECRET_SETTINGS)(
  'the setting %s may be in a file, and what is wrong is said in one line',
  async (name) => {
    const read = () => {
      try {
        return JSON.stringify(readSettings({ ...beside[name], [`${name}_FILE`]: path }));
      } catch (error) {
        return String(error);
      }
    };
    expect(read()).toBe(
      `ConfigurationError: ${name}: ${name}_FILE names ${path}, which is not there. Name a file that the service's user may read.`,
    );
    const right = {
      DATABASE_URL: 'postgres://db/loop',
      OPS_TOKEN: 'a-long-enough-token',
      OIDC_CLIENT_SECRET: 'the provider knows it',
      ALERT_WEBHOOK_URL: 'https://a.example/',
    };
    await writeFile(path, `${right[name]}\n`);
    expect(read()).toContain(right[name]);
  },
);

describe('a text with variables in files', () => {
  test('is filled from them', async () => {
    await writeFile(path, 'from a file\n');
    expect(interpolate(`\${A}, \${B}`, { A_FILE: path, B: 'set' })).toEqual({ text: 'from a file, set' });
  });

  test('says which variable has what problem, and that none is unset', () => {
    expect(interpolate(`\${A}`, { A: 'hunter2', A_FILE: path })).toEqual({
      problems: [
        {
          text: 'needs the environment variable A, but A and A_FILE are both set. Keep one of them.',
          unset: null,
        },
      ],
    });
  });
});

test('the merchants file is read with its secrets from files, and these are named as read', async () => {
  const merchants = join(folder, 'merchants.yaml');
  await writeFile(
    merchants,
    file({ loop: [`apiKey: \${KEY}`, `webhookSecret: \${HOOK}`], masonhub: MASONHUB }),
  );
  await writeFile(path, 'loop-key\n');
  const env = { KEY_FILE: path, HOOK: 'set' };
  const read = await readMerchants(merchants, env);
  expect(read.merchants.get('acme')?.loop).toMatchObject({ apiKey: 'loop-key', webhookSecrets: ['set'] });
  expect(read.files).toEqual([merchants, path]);
  await rm(path);
  await expect(readMerchants(merchants, env)).rejects.toThrow(
    `${merchants}:4: merchant acme: loop.apiKey needs the environment variable KEY, but KEY_FILE names ${path}, which is not there.`,
  );
});
