import { sql, type Transaction } from 'kysely';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../../src/database/away.ts';
import { connect, type OpenDatabase } from '../../src/database/connect.ts';
import type { LostCommit } from '../../src/database/retry.ts';
import { BeginAnew, inTransaction as repeating } from '../../src/database/retry.ts';
import type { Tables } from '../../src/database/tables.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { type LossyProxy, startLossyProxy } from '../support/lossy-proxy.ts';

const log = pino({ level: 'silent' });
let database: FreshDatabase;
let proxy: LossyProxy;
let connection: OpenDatabase;
let watching: OpenDatabase;
/** How often the work of the test's transaction was done. */
let runs: number;

beforeEach(async () => {
  database = await freshDatabase();
  proxy = await startLossyProxy(database.url);
  connection = connect(proxy.url, { max: 3, log });
  watching = connect(database.url, { max: 1, log });
  runs = 0;
  await watching.pool.query('create table facts (fact text); create sequence commits');
});

afterEach(async () => {
  await connection.close();
  await watching.close();
  await proxy[Symbol.asyncDispose]();
  await database.drop();
});

/** Has PostgreSQL do something at the first commits that bring a fact; what a sequence has counted is not undone. */
async function atTheFirstCommits(count: number, statement: string): Promise<void> {
  await watching.pool.query(`
    create function at_commit() returns trigger language plpgsql as $$
      begin
        if nextval('commits') <= ${count} then ${statement}; end if;
        return null;
      end $$;
    create constraint trigger at_commit after insert on facts
      deferrable initially deferred for each row execute function at_commit();`);
}

async function store(trx: Transaction<Tables>): Promise<string> {
  runs += 1;
  await sql`insert into facts values ('one')`.execute(trx);
  return 'stored';
}

/** However busy the machine is, it is the number of tries that counts. */
function inTransaction<Result>(
  db: OpenDatabase['db'],
  lostCommit: LostCommit,
  work: (trx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return repeating(db, lostCommit, work, { mostTries: 6, withinMs: 60_000 });
}

const facts = async () => (await watching.pool.query('select fact from facts')).rows;
const refuse = (code: string) => `raise exception 'not now' using errcode = '${code}'`;

describe('a transaction is repeated, whole', () => {
  test.each([
    ['a conflict with another', '40001'],
    ['a deadlock', '40P01'],
    ['a server that has become read-only', '25006'],
    ['a server that still starts', '57P03'],
  ])('where the commit meets %s (%s)', async (_what, code) => {
    await atTheFirstCommits(2, refuse(code));
    await expect(inTransaction(connection.db, 'throw', store)).resolves.toBe('stored');
    expect(runs).toBe(3);
    expect(await facts()).toEqual([{ fact: 'one' }]);
  });

  test('where the connection is cut before the commit', async () => {
    const stored = inTransaction(connection.db, 'throw', async (trx) => {
      const result = await store(trx);
      if (runs === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
      return result;
    });
    await expect(stored).resolves.toBe('stored');
    expect(runs).toBe(2);
    expect(await facts()).toEqual([{ fact: 'one' }]);
  });

  test('where its own work says that it has to begin anew, and nothing of it stays', async () => {
    const stored = inTransaction(connection.db, 'throw', async (trx) => {
      const result = await store(trx);
      if (runs < 3) throw new BeginAnew('Others were first.');
      return result;
    });
    await expect(stored).resolves.toBe('stored');
    expect(runs).toBe(3);
    expect(await facts()).toEqual([{ fact: 'one' }]);
  });

  test('where it begins anew after it has waited for others for longer than anything else is repeated', async () => {
    const waited = repeating(
      connection.db,
      'throw',
      async (trx) => {
        const result = await store(trx);
        if (runs < 2) throw new BeginAnew('Others were first.');
        return result;
      },
      { mostTries: 3, withinMs: 0 },
    );
    await expect(waited).resolves.toBe('stored');
    expect(runs).toBe(2);
  });

  test('where every connection of the pool was cut while nobody used it', async () => {
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await inTransaction(connection.db, 'throw', store);
    await watching.pool.query(cut);
    await expect(inTransaction(connection.db, 'throw', store)).resolves.toBe('stored');
    expect(await facts()).toHaveLength(2);
  });

  test("where two are in each other's way until PostgreSQL ends one of them", async () => {
    await watching.pool.query(
      'create table halves (half int primary key, times int default 0); insert into halves values (1), (2)',
    );
    const both = Promise.withResolvers<void>();
    let locked = 0;
    const lockInTurn = (first: number, second: number) =>
      inTransaction(connection.db, 'throw', async (trx) => {
        await sql`update halves set times = times + 1 where half = ${first}`.execute(trx);
        locked += 1;
        if (locked === 2) both.resolve();
        await both.promise;
        await sql`update halves set times = times + 1 where half = ${second}`.execute(trx);
      });
    await Promise.all([lockInTurn(1, 2), lockInTurn(2, 1)]);
    expect(locked).toBe(3);
    const { rows } = await watching.pool.query('select times from halves');
    expect(rows).toEqual([{ times: 2 }, { times: 2 }]);
  });

  test('on another connection, where this one leads to a server that takes no writes', async () => {
    const pids = new Set<unknown>();
    await sql`set default_transaction_read_only = on`.execute(connection.db);
    const stored = inTransaction(connection.db, 'throw', async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      pids.add(rows[0]?.pid);
      return store(trx);
    });
    await expect(stored).resolves.toBe('stored');
    expect([runs, pids.size]).toEqual([2, 2]);
  });
});

describe('a transaction is not repeated', () => {
  test('for ever: what meets a conflict each time fails, with the conflict', async () => {
    await atTheFirstCommits(1_000, refuse('40001'));
    const failed = await inTransaction(connection.db, 'throw', store).catch((error: unknown) => error);
    expect(codeOf(failed)).toBe('40001');
    expect(runs).toBe(6);
    expect(await facts()).toEqual([]);
  });

  test('when its time is over', async () => {
    await atTheFirstCommits(1, refuse('40001'));
    const failed = repeating(connection.db, 'repeat', store, { mostTries: 6, withinMs: 0 });
    await expect(failed).rejects.toThrow('not now');
    expect(runs).toBe(1);
  });

  test.each(['23505', '22P02', '42501', '57014'])(
    'where it would fail again in the same way (%s)',
    async (code) => {
      await atTheFirstCommits(1, refuse(code));
      const failed = await inTransaction(connection.db, 'repeat', store).catch((error: unknown) => error);
      expect(codeOf(failed)).toBe(code);
      expect(runs).toBe(1);
    },
  );

  test('where the fault is in the work', async () => {
    const failed = inTransaction(connection.db, 'repeat', async (trx) => {
      await store(trx);
      throw new TypeError('a defect');
    });
    await expect(failed).rejects.toThrow('a defect');
    expect(runs).toBe(1);
    expect(await facts()).toEqual([]);
  });

  test('where the database was away to begin with', async () => {
    const nowhere = connect('postgres://127.0.0.1:9/none', { log });
    const failed = await inTransaction(nowhere.db, 'repeat', store).catch((error: unknown) => error);
    await nowhere.close();
    expect(codeOf(failed)).toBe('ECONNREFUSED');
    expect(runs).toBe(0);
  });
});

describe('a commit whose answer is lost', () => {
  test('has happened, for all that anybody knows, so it is left to whoever cannot do it twice', async () => {
    proxy.loseCommits(1);
    await expect(inTransaction(connection.db, 'throw', store)).rejects.toThrow('Connection terminated');
    expect(runs).toBe(1);
    expect(await facts()).toHaveLength(1);
  });

  test('is repeated for whoever can', async () => {
    proxy.loseCommits(2);
    const stored = inTransaction(connection.db, 'repeat', async (trx) => {
      runs += 1;
      const { rows } = await sql`insert into facts select 'one' where not exists (select from facts)
        returning fact`.execute(trx);
      return rows.length;
    });
    await expect(stored).resolves.toBe(0);
    expect(runs).toBe(3);
    expect(await facts()).toHaveLength(1);
  });

  test('is not taken for one that PostgreSQL refused, though the server was stopped at that moment', async () => {
    await atTheFirstCommits(1, 'perform pg_terminate_backend(pg_backend_pid())');
    const failed = await inTransaction(connection.db, 'throw', store).catch((error: unknown) => error);
    expect(codeOf(failed)).toBe('57P01');
    expect(runs).toBe(1);
  });
});
