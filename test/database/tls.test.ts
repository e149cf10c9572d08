import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readSettings } from '../../src/config/environment.ts';
import { ConfigurationError } from '../../src/config/errors.ts';
import { connect } from '../../src/database/connect.ts';
import { openQueues } from '../../src/steps/queues.ts';
import { makeAuthority } from '../support/certificates.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.ts';
import { startProcess, temporaryFolder } from '../support/process.ts';
import { testPace } from '../support/service.ts';

const log = pino({ level: 'silent' });
/** Only over TLS, whoever the client is; and only with a certificate of its own. */
const users = { byPassword: 'over_tls', byCertificate: 'with_certificate' };
const hostRules = `
hostssl   all ${users.byPassword} 127.0.0.1/32 scram-sha-256
hostssl   all ${users.byCertificate} 127.0.0.1/32 cert
hostnossl all ${users.byPassword},${users.byCertificate} all reject
host      all postgres 127.0.0.1/32 scram-sha-256
`;
/** The files that addresses name. */
const files = { root: '', other: '', cert: '', key: '', empty: '', missing: '' };
let postgres: OwnPostgres;
let closing: AsyncDisposableStack;

beforeAll(async () => {
  closing = new AsyncDisposableStack();
  postgres = closing.use(await startOwnPostgres());
  const folder = closing.use(await temporaryFolder()).path;
  const ours = makeAuthority('ours');
  const own = ours.issue(users.byCertificate);
  const contents = {
    root: ours.certificate,
    other: makeAuthority('another').certificate,
    cert: own.certificate,
    key: own.key,
    empty: 'nothing of the kind',
  };
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(join(folder, name), content);
    Object.assign(files, { [name]: join(folder, name) });
  }
  files.missing = join(folder, 'missing');
  // The certificate is for the name alone, so that the address is one that it is not for.
  const server = ours.issue('database', ['localhost']);
  await postgres.query(`create role ${users.byPassword} login superuser password 'p'`);
  await postgres.query(`create role ${users.byCertificate} login`);
  await postgres.keep('server.crt', server.certificate);
  await postgres.keep('server.key', server.key);
  await postgres.keep('root.crt', ours.certificate);
  await postgres.keep('pg_hba.conf', hostRules);
  await postgres.configure({ ssl: 'on', ssl_ca_file: 'root.crt' });
});
afterAll(() => closing.disposeAsync());

/** The server's address with these words about TLS; a file is written as {its name}. */
function address(words: string, { host = 'localhost', user = 'postgres' } = {}): string {
  const url = new URL(postgres.url);
  url.hostname = host;
  if (user !== 'postgres') {
    url.username = user;
    url.password = 'p';
  }
  const names = Object.entries(files);
  return `${url.href}${words.replaceAll(/\{(\w+)\}/g, (_, name) => names.find(([one]) => one === name)?.[1] ?? '')}`;
}

/** Whether a connection is encrypted, or why there is none. */
async function encryption(url: string): Promise<unknown> {
  const { pool, close } = connect(url, { max: 1, log });
  try {
    const { rows } = await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    return rows[0].ssl;
  } catch (error) {
    return String(error);
  } finally {
    await close();
  }
}

describe('an address means what PostgreSQL takes it to mean', () => {
  test.each([
    ['', 'localhost', false],
    ['?sslmode=disable', 'localhost', false],
    ['?sslmode=disable&sslrootcert={root}', 'localhost', false],
    ['?sslmode=require', 'localhost', true],
    ['?sslmode=require', '127.0.0.1', true],
    ['?sslmode=require&sslrootcert={root}', '127.0.0.1', true],
    ['?sslmode=verify-ca&sslrootcert={root}', '127.0.0.1', true],
    ['?sslmode=verify-full&sslrootcert={root}', 'localhost', true],
    ['?sslmode=verify-full&sslrootcert={root}&application_name=x%20y', 'localhost', true],
  ])('%s at %s: encrypted is %s', async (words, host, expected) => {
    expect(await encryption(address(words, { host }))).toBe(expected);
  });

  test.each([
    ['?sslmode=require&sslrootcert={other}', 'localhost'],
    ['?sslmode=verify-ca&sslrootcert={other}', 'localhost'],
    ['?sslmode=verify-full&sslrootcert={other}', 'localhost'],
    ['?sslmode=verify-full', 'localhost'],
    ['?sslrootcert=system', 'localhost'],
  ])('%s: a server that nobody known vouches for gets no password', async (words, host) => {
    expect(await encryption(address(words, { host }))).toMatch(/certificate|signature/);
  });

  test('sslmode=verify-full: nor does one whose certificate is for another host', async () => {
    const url = address('?sslmode=verify-full&sslrootcert={root}', { host: '127.0.0.1' });
    expect(await encryption(url)).toContain("does not match certificate's altnames");
  });

  test('sslmode=require: nor does one that offers no encryption', async () => {
    expect(await encryption(`${inject('postgresUrl')}?sslmode=require`)).toContain(
      'does not support SSL connections',
    );
  });

  test('sslcert and sslkey are what the service proves itself with', async () => {
    const words = '?sslmode=verify-full&sslrootcert={root}';
    const user = users.byCertificate;
    expect(await encryption(address(`${words}&sslcert={cert}&sslkey={key}`, { user }))).toBe(true);
    expect(await encryption(address(words, { user }))).toContain('client certificate');
  });
});

test('the job queue is connected in the same way', async () => {
  const url = address('?sslmode=verify-full&sslrootcert={root}', { user: users.byPassword });
  const { db, close } = connect(url, { log });
  const queues = openQueues({ databaseUrl: url, db, pace: testPace, log });
  await queues.start();
  try {
    const rows = await postgres.query(
      `select ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = $1`,
      [users.byPassword],
    );
    expect(rows).not.toEqual([]);
    expect(rows.map(({ ssl }) => ssl)).toEqual(rows.map(() => true));
  } finally {
    await queues.stop(1_000);
    await close();
  }
});

test('the whole service starts over TLS alone', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'merchants.yaml'), 'merchants: {}');
  const DATABASE_URL = address('?sslmode=verify-full&sslrootcert={root}', { user: users.byPassword });
  await using service = startProcess(folder.path, { DATABASE_URL });
  const url = await service.untilListening();
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  expect(service.stderr).toBe('');
});

test('a server that takes encrypted connections only, and an address without a word of them: the fix is named', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'merchants.yaml'), 'merchants: {}');
  await using service = startProcess(folder.path, {
    DATABASE_URL: address('', { user: users.byPassword }),
  });
  expect(await service.ended()).toEqual({ code: 1, signal: null });
  expect(service.stderr).toMatch(/^DATABASE_URL: .*no encryption.*Add \?sslmode=require/);
});

describe('what cannot be meant is named, with the setting, the problem and the fix', () => {
  test.each([
    ['?sslmode=prefer', 'sslmode=prefer goes without encryption', 'sslmode=require'],
    ['?sslmode=allow', 'sslmode=allow goes without encryption', 'sslmode=disable'],
    ['?sslmode=no-verify', "not one of PostgreSQL's", 'verify-full'],
    ['?sslmode=', "not one of PostgreSQL's", 'require'],
    ['?sslmode=verify-ca', 'needs sslrootcert', 'verify-full'],
    ['?sslrootcert={root}', 'no sslmode', 'Add sslmode=verify-full'],
    ['?sslmode=require&sslrootcert=system', 'needs sslmode=verify-full', 'in place of require'],
    ['?sslmode=verify-full&sslrootcert={missing}', '(ENOENT)', 'a file with a certificate in PEM'],
    ['?sslmode=verify-full&sslrootcert={empty}', 'does not hold a certificate', 'in PEM'],
    ['?sslmode=require&sslcert={cert}', 'sslcert and sslkey go together', 'Give both'],
    [
      '?sslmode=require&sslcert={cert}&sslkey={cert}',
      'sslkey does not hold a private key',
      'a file with a private key',
    ],
    ['?sslmode=require&sslcrl={root}', 'sslcrl is not understood here', 'Leave it out'],
  ])('%s', (words, problem, fix) => {
    const [message, ...others] = problemsOf(address(words));
    expect(others).toEqual([]);
    expect(message).toMatch(/^DATABASE_URL: /);
    expect(message).toContain(problem);
    expect(message).toContain(fix);
    expect(message).not.toContain(new URL(postgres.url).password);
  });
});

function problemsOf(databaseUrl: string): readonly string[] {
  try {
    readSettings({ DATABASE_URL: databaseUrl });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}
