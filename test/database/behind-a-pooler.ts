import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { requireSessions } from '../../src/database/session.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import type { Pooler, PoolerOptions } from '../support/pooler.ts';
import { startProcess, temporaryFolder } from '../support/process.ts';
import { returnBody } from '../support/return-body.ts';
import { opsToken } from '../support/service.ts';
import { until } from '../support/until.ts';
import { merchantsFileOf, startVendors } from '../support/vendors.ts';

const log = pino({ level: 'silent' });

/** What the service does where a pooler stands between it and PostgreSQL. */
export function behindAPooler(
  startPooler: (databaseUrl: string, options: PoolerOptions) => Promise<Pooler>,
): void {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  const direct = async (statement: string) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query({ text: statement, rowMode: 'array' });
    await client.end();
    return rows[0]?.[0];
  };

  describe('a pooler that gives each client a session', () => {
    test('is as good as none: a return goes all its way', async () => {
      await using pooler = await startPooler(database.url, { mode: 'session' });
      await using place = await startPlace();
      await using service = place.start(pooler.url);
      const url = await service.untilListening();
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      place.vendors.sendTo(url);
      const id = await place.vendors.loop.createReturn({ items: [{ sku: 'TEE-1' }] });
      await untilStatus(url, id, 'open');
      await place.vendors.masonhub.receive(id);
      await untilStatus(url, id, 'processed');
      expect(place.vendors.loop.returns.get(id)?.processedTimes).toBe(1);
      expect(await service.stop()).toEqual({ code: 0, signal: null });
      expect(service.stdout).not.toContain('the job queue met an error');
    });

    test('refuses a connection that asks for its limits in its first message', async () => {
      await using pooler = await startPooler(database.url, { mode: 'session' });
      const asking = new pg.Client({ connectionString: pooler.url, statement_timeout: 30_000 });
      await expect(asking.connect()).rejects.toThrow('unsupported startup parameter: statement_timeout');
    });

    test('keeps to the limits that each connection sets once it is there', async () => {
      await using pooler = await startPooler(database.url, { mode: 'session' });
      const { pool, close } = connect(pooler.url, { max: 1, log });
      try {
        const { rows } = await pool.query(
          `select current_setting('statement_timeout') as query, current_setting('application_name') as name,
            current_setting('idle_in_transaction_session_timeout') as idle`,
        );
        expect(rows).toEqual([{ query: '30s', idle: '1min', name: 'masonhub-loop' }]);
      } finally {
        await close();
      }
    });
  });

  describe('a pooler that gives each transaction another connection', () => {
    test('stops the start, with one message that says what to set', async () => {
      await using pooler = await startPooler(database.url, { mode: 'transaction' });
      await using place = await startPlace();
      await using service = place.start(pooler.url);
      expect(await service.ended()).toEqual({ code: 1, signal: null });
      expect(service.stderr.trimEnd().split('\n')).toEqual([
        expect.stringMatching(/^DATABASE_URL: .*pool_mode = session/),
      ]);
      expect(service.stderr + service.stdout).not.toContain(new URL(database.url).password);
    });

    test.each<Omit<PoolerOptions, 'mode'>>([
      { order: 'last-used-first' },
      { order: 'in-turn' },
      { order: 'last-used-first', size: 1 },
      { order: 'in-turn', size: 2 },
    ])('is found out however it hands them out: %o', async (options) => {
      await using pooler = await startPooler(database.url, { mode: 'transaction', ...options });
      const { pool, close } = connect(pooler.url, { max: 2, log });
      try {
        await expect(requireSessions(pool)).rejects.toThrow('pool_mode = session');
      } finally {
        await close();
      }
    });

    test('hands on a connection that does not wait for the disk, and the service has it wait', async () => {
      await using pooler = await startPooler(database.url, { mode: 'transaction', size: 1 });
      const usual = await direct('show synchronous_commit');
      const unlike = usual === 'local' ? 'off' : 'local';
      const before = new pg.Client({ connectionString: pooler.url });
      await before.connect();
      await before.query(`set synchronous_commit = ${unlike}`);
      await before.end();
      const { pool, close } = connect(pooler.url, { max: 1, log });
      try {
        expect((await pool.query('show synchronous_commit')).rows).toEqual([{ synchronous_commit: usual }]);
      } finally {
        await close();
      }
    });
  });
}

async function startPlace() {
  const closing = new AsyncDisposableStack();
  const folder = closing.use(await temporaryFolder());
  const vendors = await startVendors('acme');
  closing.defer(() => vendors.close());
  await writeFile(join(folder.path, 'merchants.yaml'), merchantsFileOf([vendors]));
  return {
    vendors,
    start: (databaseUrl: string) =>
      startProcess(folder.path, { OPS_TOKEN: opsToken, DATABASE_URL: databaseUrl }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function untilStatus(url: string, id: string, status: string): Promise<void> {
  const read = async () => {
    const answer = await fetch(`${url}/api/returns/acme/${id}`, {
      headers: { authorization: `Bearer ${opsToken}` },
    });
    return answer.status === 200 ? returnBody.parse(await answer.json()).status : null;
  };
  await until(
    async () => (await read()) === status,
    async () => `return ${id} as ${status}; it is ${await read()}`,
  );
}
