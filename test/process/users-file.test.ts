import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listAudit } from '../../src/audit/audit.ts';
import type { Operator } from '../../src/operators/operator.ts';
import { startOperators } from '../../src/start-operators.ts';
import { freshDatabase } from '../support/database.ts';
import { openDatabase } from '../support/open-database.ts';
import { operator, password } from '../support/operators.ts';
import { type ServiceProcess, startProcess, temporaryFolder } from '../support/process.ts';
import { until } from '../support/until.ts';

const longToken = 'a-token-of-twenty-four-letters';
const { hash } = operator('anna', 'act');
const entry = (name: string) => `  ${name}:\n    role: act\n    password: ${hash}\n`;

async function startPlace(settings: Record<string, string>, users = '') {
  const closing = new AsyncDisposableStack();
  const folder = closing.use(await temporaryFolder());
  const database = await freshDatabase('started');
  closing.defer(() => database.drop());
  const write = async (text: string) => {
    await writeFile(join(folder.path, 'next.yaml'), text);
    await rename(join(folder.path, 'next.yaml'), join(folder.path, 'operators.yaml'));
  };
  await write(users);
  await writeFile(join(folder.path, 'merchants.yaml'), 'merchants: {}\n');
  const service = closing.use(startProcess(folder.path, { DATABASE_URL: database.url, ...settings }));
  return { service, write, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

const logged = ({ stdout }: ServiceProcess, text: string) =>
  stdout.split('\n').filter((line) => line.includes(text));

async function signIn(url: string, name: string): Promise<string | null> {
  const body = new URLSearchParams({ name, password, next: '/console' });
  const answer = await fetch(`${url}/console/session`, { method: 'POST', body, redirect: 'manual' });
  return answer.status === 303 ? (answer.headers.get('set-cookie')?.split(';')[0] ?? null) : null;
}

test('the users file of a running process is taken up when it changes, and never half used', async () => {
  const settings = { OPS_TOKEN: longToken, OPS_USERS_FILE: 'operators.yaml' };
  await using place = await startPlace(settings, `operators:\n${entry('anna')}`);
  const { service, write } = place;
  const url = await service.untilListening();
  const cookie = (await signIn(url, 'anna')) ?? '';
  const status = async () => (await fetch(`${url}/console/audit`, { headers: { cookie } })).status;
  expect(await status()).toBe(200);
  const problem = async () =>
    z
      .looseObject({ usersFile: z.string().optional() })
      .parse(await (await fetch(`${url}/health/ready`)).json()).usersFile;

  await write(`operators:\n${entry('ben')}  carl:\n    role: admin\n`);
  await until(
    async () => (await problem()) !== undefined,
    () => 'the problem to be named',
  );
  const refused = logged(service, 'the operators file is refused, and the operators of before stay');
  expect(refused).toEqual([expect.stringContaining('operators.yaml:6: operator carl: role is not a role.')]);
  expect(await status()).toBe(200);
  expect(await signIn(url, 'ben')).toBeNull();

  await write(`operators:\n${entry('ben')}`);
  service.send('SIGHUP');
  await until(
    async () => (await status()) === 401,
    () => 'the session of anna to end',
  );
  expect(await signIn(url, 'ben')).not.toBeNull();
  expect(await problem()).toBeUndefined();
  expect(service.stdout + service.stderr).not.toMatch(/scrypt|correct horse/);

  const headers = { authorization: `Bearer ${longToken}` };
  const list = await (await fetch(`${url}/api/audit?action=operators`, { headers })).json();
  expect(list).toMatchObject({
    entries: [{ who: null, by: 'file', address: null, details: { added: 'ben', removed: 'anna' } }],
    nextCursor: null,
  });
  const signedIn = { cookie: (await signIn(url, 'ben')) ?? '' };
  const shown = await (await fetch(`${url}/console/audit?action=operators`, { headers: signedIn })).text();
  expect(shown).toContain('taken up, added ben, removed anna');
});

test('a users file that cannot be used stops the start, and so does a token that is too short beside it', async () => {
  await using wrong = await startPlace(
    { OPS_TOKEN: longToken, OPS_USERS_FILE: 'operators.yaml' },
    'operators: 1\n',
  );
  await using short = await startPlace(
    { OPS_TOKEN: 'short', OPS_USERS_FILE: 'operators.yaml' },
    'operators:\n',
  );
  expect((await wrong.service.ended()).code).toBe(1);
  expect(wrong.service.stderr).toContain('operators.yaml:1: operators is not a map.');
  expect((await short.service.ended()).code).toBe(1);
  expect(short.service.stderr).toMatch(/^OPS_TOKEN: has fewer than 16 characters.*openssl rand -hex 32\n$/);
  expect(wrong.service.stdout + short.service.stdout).toBe('');
});

test('a short token alone starts the service, with a warning; a long one without', async () => {
  await using place = await startPlace({ OPS_TOKEN: 'short' });
  await using other = await startPlace({ OPS_TOKEN: longToken });
  const answers = await Promise.all(
    [place, other].map(async ({ service }, index) => {
      const url = await service.untilListening();
      const authorization = `Bearer ${index === 0 ? 'short' : longToken}`;
      return (await fetch(`${url}/api/audit`, { headers: { authorization } })).status;
    }),
  );
  expect(answers).toEqual([200, 200]);
  expect(logged(place.service, 'OPS_TOKEN has fewer than 16 characters')).toHaveLength(1);
  expect(logged(other.service, 'OPS_TOKEN')).toEqual([]);
});

describe('the audit list', () => {
  const database = openDatabase();

  test('has a change that could not be written down together with the next one, and it counts meanwhile', async () => {
    const [anna, ben] = [operator('anna', 'act'), operator('ben', 'act')];
    const as = (...list: Operator[]) => new Map(list.map((one) => [one.name, one]));
    let now = as(anna);
    const read = async () => ({ content: now, files: [] });
    const log = pino({ level: 'silent' });
    const context = { db: database.db, log, now: () => new Date() };
    const { signIn: open, file } = startOperators({}, { operators: now, read }, context);
    const change = async (...list: Operator[]) => {
      now = as(...list);
      await file?.reload();
      expect(open.operators?.()).toEqual(now);
      expect(file?.problem()).toBeNull();
    };
    const entries = async () =>
      (await listAudit(database.db, {}, { after: null, limit: 10 })).map(({ details }) => details);
    try {
      await change(anna);
      expect(await entries()).toEqual([]);
      await database.pool.query('alter table audit rename to hidden');
      await change();
      await database.pool.query('alter table hidden rename to audit');
      expect(await entries()).toEqual([]);
      await change(ben);
      await change({ ...ben, role: 'view' });
      expect(await entries()).toEqual([{ changed: 'ben' }, { added: 'ben', removed: 'anna' }]);
    } finally {
      await file?.stop();
    }
  });
});
