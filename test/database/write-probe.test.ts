import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openWriteProbe, type WriteProbe } from '../../src/database/write-probe.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.ts';
import { startProcess, temporaryFolder } from '../support/process.ts';
import { until } from '../support/until.ts';

const log = pino({ level: 'silent' });
let postgres: OwnPostgres;
let probes: WriteProbe[];

beforeAll(async () => {
  postgres = await startOwnPostgres();
  const { db, close } = connect(postgres.url, { log });
  await migrate(db, log).finally(close);
  probes = [];
});
afterEach(async () => {
  await postgres.configure({ default_transaction_read_only: '', synchronous_standby_names: '' });
  await Promise.all(probes.splice(0).map((probe) => probe.close()));
});
afterAll(() => postgres.stop());

function openProbe(databaseUrl = postgres.url): WriteProbe {
  const probe = openWriteProbe({ databaseUrl, log });
  probes.push(probe);
  return probe;
}

const writtenAt = async () =>
  (await postgres.query('select written_at::text as at from readiness')).map(({ at }) => at).join();
const sessions = async () =>
  (await postgres.query(`select from pg_stat_activity where application_name = 'masonhub-loop readiness'`))
    .length;

describe('a database that takes writes', () => {
  test('is ready, and many who ask have it written to once', async () => {
    const probe = openProbe();
    expect(await Promise.all(Array.from({ length: 20 }, () => probe.check()))).toEqual(Array(20).fill(null));
    const first = await writtenAt();
    expect(await probe.check()).toBeNull();
    expect(await writtenAt()).toBe(first);
    expect(await sessions()).toBeLessThanOrEqual(2);
    expect(await openProbe().check()).toBeNull();
    expect(await writtenAt()).not.toBe(first);
  });

  test('is made to show that its disk has room, on which a row in its place would not depend', async () => {
    const putAside = async () => {
      const rows = await postgres.query(
        'select temp_bytes::float8 as bytes, pg_stat_force_next_flush() from pg_stat_database where datname = current_database()',
      );
      return Number(rows[0]?.['bytes']);
    };
    const before = await putAside();
    const probe = openProbe();
    await probe.check();
    await probe.close();
    await until(
      async () => (await putAside()) - before > 1_000_000,
      async () => `a megabyte put aside; it is ${(await putAside()) - before}`,
    );
  });
});

describe('a database that does not take writes is not ready, and the reason is in words', () => {
  test('where it is read-only, also when it becomes so', async () => {
    const probe = openProbe();
    expect(await probe.check()).toBeNull();
    await postgres.configure({ default_transaction_read_only: 'on' });
    expect(await probe.check()).toMatch(/^read-only: a standby .* default_transaction_read_only is on/);
    expect(await openProbe().check()).toMatch(/^read-only/);
    await postgres.configure({ default_transaction_read_only: '' });
    expect(await probe.check()).toBeNull();
  });

  test('where a commit waits for a synchronous standby that is not there, until it is there', async () => {
    await postgres.configure({ synchronous_standby_names: 'nobody' });
    const probe = openProbe();
    const why = 'commits wait for a synchronous standby that does not answer; see synchronous_standby_names';
    expect(await probe.check()).toBe(why);
    // One that comes later waits for the first one's row, and says what that one waits for.
    expect(await openProbe().check()).toBe(why);
    expect(await Promise.all(Array.from({ length: 20 }, () => probe.check()))).toEqual(Array(20).fill(why));
    expect(await sessions()).toBeLessThanOrEqual(4);
    await postgres.configure({ synchronous_standby_names: '' });
    await until(
      async () => (await probe.check()) === null,
      () => 'a commit that ends',
    );
  });

  test('where somebody locks what it writes to', async () => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      await client.query('begin; lock table readiness');
      const probe = openProbe();
      expect(await probe.check()).toBe('a write waits for a lock for more than 2 s');
      await client.query('rollback');
      await until(
        async () => (await probe.check()) === null,
        () => 'a write that ends',
      );
    } finally {
      await client.end();
    }
  });

  test.each([
    ['53100', 'the disk is full'],
    ['42501', 'the user may not write'],
    ['XX001', 'a write failed (XX001)'],
  ])('where PostgreSQL says %s: %s', async (code, words) => {
    await postgres.query(`create function refuse() returns trigger language plpgsql as $$
        begin raise exception 'no' using errcode = '${code}'; end $$;
      create trigger refuse before insert on readiness for each row execute function refuse()`);
    try {
      expect(await openProbe().check()).toBe(words);
    } finally {
      await postgres.query('drop function refuse cascade');
    }
  });

  test('where it is not there, or does not let the service in', async () => {
    expect(await openProbe('postgres://127.0.0.1:9/none').check()).toBe('not reachable');
    const url = new URL(postgres.url);
    url.password = 'wrong';
    expect(await openProbe(url.href).check()).toBe('the user or the password is refused');
  });
});

test('a commit that hangs holds up no end of the service', async () => {
  await postgres.configure({ synchronous_standby_names: 'nobody' });
  const probe = openProbe();
  expect(await probe.check()).toContain('standby');
  await expect(probe.close()).resolves.toBeUndefined();
});

test('the service is live all along, and ready only while writes can be committed', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'merchants.yaml'), 'merchants: {}');
  await using service = startProcess(folder.path, { DATABASE_URL: postgres.url });
  const url = await service.untilListening();
  const ready = async () => {
    const answer = await fetch(`${url}/health/ready`);
    return { status: answer.status, text: await answer.text() };
  };
  expect(await ready()).toMatchObject({ status: 200 });
  await postgres.configure({ synchronous_standby_names: 'nobody' });
  const { text } = await until(
    async () => {
      const answer = await ready();
      return answer.status === 503 && answer;
    },
    () => 'a 503',
  );
  expect(text).toContain('database: commits wait for a synchronous standby');
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  await postgres.configure({ synchronous_standby_names: '' });
  await until(
    async () => (await ready()).status === 200,
    () => 'a 200',
  );
  expect(await service.stop()).toEqual({ code: 0, signal: null });
});
