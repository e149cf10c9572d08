import { copyFile, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connect, type OpenDatabase } from '../../src/database/connect.ts';
import { migrate, pendingMigrations } from '../../src/database/migrate.ts';
import { firstPolicy } from '../../src/returns/policy.ts';
import { lockStored } from '../../src/returns-store/store.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
const repository = fileURLToPath(new URL('../..', import.meta.url));
let database: FreshDatabase;
let connections: OpenDatabase[];
let folder: string;

beforeEach(async () => {
  database = await freshDatabase();
  connections = [];
  folder = await mkdtemp(join(tmpdir(), 'masonhub-loop-migrations-'));
  // Migrations import kysely, which is looked for from where they are.
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await addMigration('0001-first', 'create table steps (position serial primary key, done text)');
  await addMigration('0002-second', "insert into steps (done) select 'second' from pg_sleep(0.2)");
});

afterEach(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test('the real migrations apply to an empty database, and applying them again changes nothing', async () => {
  const { db } = open();
  await migrate(db, log);
  await migrate(db, log);
  expect(await pendingMigrations(db)).toEqual([]);
});

test('a start on a database that has all migrations takes no lock and reads none of them', async () => {
  await migrate(open().db, log, folder);
  // A migration that cannot even be loaded would be met, were they read.
  await writeFile(join(folder, '0002-second.ts'), 'this is no TypeScript');
  const holder = await open().pool.connect();
  try {
    await holder.query('begin; lock table kysely_migration_lock in access exclusive mode');
    await migrate(open().db, log, folder);
  } finally {
    holder.release(true);
  }
});

test('returns that are there already can be searched for after the migration that brings the search', async () => {
  const { db, pool } = open();
  await migrateToBefore(db, '0004');
  const loop = {
    orderName: '#905',
    items: [{ sku: 'TEE-1' }, { sku: 'TEE-1' }],
    labels: [{ trackingNumber: '1ZA' }],
  };
  await pool.query(
    `insert into returns (merchant, loop_return_id, status, order_name, loop, labels, stage, timeline_length, created_at, updated_at)
      values ('acme', '1', 'open', '#905', $1, '[{"trackingNumber": "1ZB"}]', 'expected', 0, now(), now()),
        ('acme', '2', 'pending', null, null, '[]', 'expected', 0, now(), now())`,
    [JSON.stringify(loop)],
  );
  await copyMigration('0004-console.ts');
  await migrate(db, log, folder);
  const { rows } = await pool.query('select loop_return_id, term from return_terms order by term');
  expect(rows.map((row) => Object.values(row))).toEqual(
    ['1', '1za', '1zb', '905', 'tee-1'].map((term) => ['1', term]),
  );
});

/** Takes the database to all migrations before this one; adding it is left to the test. */
async function migrateToBefore(db: OpenDatabase['db'], number: string): Promise<void> {
  const names = await readdir(join(repository, 'migrations'));
  for (const name of names.filter((one) => one < number)) await copyMigration(name);
  await rm(join(folder, '0001-first.ts'));
  await rm(join(folder, '0002-second.ts'));
  await migrate(db, log, folder);
}

test('deliveries that were set aside are found without reading the others, however many there are', async () => {
  const { db, pool } = open();
  await migrateToBefore(db, '0007');
  await pool.query(
    `insert into deliveries (merchant, source, key, body, part, result, received_at)
      select 'acme', 'loop', lpad(n::text, 6, '0'), 'x', 0,
        case when n % 10000 = 0 then 'rejected' when n % 20 = 0 then 'ignored' else 'accepted' end, now()
      from generate_series(1, 40000) n`,
  );
  await copyMigration('0007-set-aside.ts');
  await migrate(db, log, folder);
  await pool.query('analyze deliveries');
  const planOf = async (results: string) => {
    const { rows } = await pool.query(
      `explain select body from deliveries where result in (${results}) order by merchant, source, key limit 50`,
    );
    return rows.map((row) => String(Object.values(row)[0])).join('\n');
  };
  expect(await planOf(`'rejected', 'ignored'`)).toMatch(/^Limit.*\n.*Index Scan using deliveries_set_aside/);
  expect(await planOf(`'ignored'`)).toMatch(/^Limit.*\n.*Index Scan using deliveries_set_aside/);
  expect(await planOf(`'rejected'`)).toContain('deliveries_rejected');
});

test('returns under way are judged as before, and keep their receipts, after the migration for several parcels', async () => {
  const { db, pool } = open();
  await migrateToBefore(db, '0009');
  const rma = {
    rmaNumber: '1',
    packageId: '1ZAAAAAA',
    receiveInto: 'qc',
    lines: [{ sku: 'TEE-1', units: 1, reason: 'other', note: null, orderReference: null }],
  };
  // As the version before wrote it.
  const received = { disposition: 'damaged', units: 1, note: 'Has a hole' };
  const receipt = { lines: [{ sku: 'TEE-1', onRma: true, counted: 1, received: [received] }], note: null };
  await pool.query(
    `insert into returns (merchant, loop_return_id, status, loop, labels, stage, timeline_length, created_at, updated_at, sent, asked, receipt)
      values ('acme', '1', 'flagged', null, '[]', 'receiving', 0, now(), now(), $1, $1, $2),
        ('acme', '2', 'open', null, '[]', 'expected', 0, now(), now(), $1, $1, null),
        ('acme', '3', 'pending', null, '[]', 'expected', 0, now(), now(), null, null, null)`,
    [JSON.stringify(rma), JSON.stringify(receipt)],
  );
  const names = await readdir(join(repository, 'migrations'));
  for (const name of names.filter((one) => one >= '0009')) await copyMigration(name);
  await migrate(db, log, folder);
  const stored = await db.transaction().execute((trx) => lockStored(trx, 'acme', ['1', '2', '3']));
  const [decided, open_, pending] = ['1', '2', '3'].map((id) => stored.get(id)?.facts);
  expect(decided?.receipts).toEqual([
    {
      masonHubId: null,
      packageId: null,
      isBlind: false,
      changedAt: null,
      toldAt: null,
      lines: [{ sku: 'TEE-1', onRma: true, counted: 1, detailed: true, received: [received] }],
      note: null,
    },
  ]);
  const policies = [decided, open_, pending].map((facts) => [facts?.sentPolicy, facts?.confirmedPolicy]);
  const both = [firstPolicy, firstPolicy];
  expect(policies).toEqual([both, both, [null, null]]);
  expect([decided, open_, pending].map((facts) => facts?.rmaNumber)).toEqual(['1', '2', '3']);
  expect(open_).toMatchObject({ receipts: [], wait: null, askedAgain: 'no', sent: rma, confirmed: rma });
});

test('returns that are there already have their milestones after the migration for work lists', async () => {
  const { db, pool } = open();
  await migrateToBefore(db, '0014');
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 2, hour));
  await pool.query(
    `insert into returns (merchant, loop_return_id, rma_number, status, reason, loop, labels, stage, timeline_length, created_at, updated_at)
      select 'acme', id, id, status, reason, jsonb_build_object('state', state), '[]', 'expected', 0, $1, $2
      from (values ('1', 'attention', 'SKU unknown', 'open'), ('2', 'flagged', null, 'review'), ('3', 'open', null, 'open'),
        ('4', 'processed', null, 'closed'), ('5', 'open', null, 'open')) as one (id, status, reason, state)`,
    [at(0), at(9)],
  );
  await pool.query(
    `insert into outcomes (merchant, loop_return_id, kind, why, decided_at)
      values ('acme', '2', 'flag', 'Damaged', $1), ('acme', '4', 'flag', 'Damaged', $1)`,
    [at(5)],
  );
  await pool.query(
    `insert into return_events (merchant, loop_return_id, position, at, event)
      values ('acme', '2', 0, $1, 'warehouse.receivingStarted'), ('acme', '2', 1, $2, 'receipt'),
        ('acme', '2', 2, $3, 'receipt'), ('acme', '3', 0, $1, 'warehouse.onDock'), ('acme', '3', 1, $2, 'warehouse.onDock'),
        ('other', '5', 0, $1, 'receipt')`,
    [at(2), at(3), at(4)],
  );
  await copyMigration('0014-work-lists.ts');
  await migrate(db, log, folder);
  const { rows } = await pool.query(
    `select cause, decision, differs, ageing_stage, ageing_since, docked_at, receiving_at, received_at, decided_at
      from returns where status_since = updated_at order by loop_return_id`,
  );
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['SKU unknown', null, null, null, null, null, null, null, null],
    [null, 'flag', null, 'flagged', at(9), at(2), at(2), at(3), at(5)],
    [null, null, null, 'dock', at(9), at(2), null, null, null],
    [null, 'flag', 'flag-closed', null, null, null, null, null, at(5)],
    [null, null, null, 'label', at(9), null, null, null, null],
  ]);
});

test('a return that Loop has not told of is in no work list any more after the migration about those', async () => {
  const { db, pool } = open();
  await migrateToBefore(db, '0019');
  await pool.query(
    `insert into returns (merchant, loop_return_id, rma_number, status, reason, cause, ageing_stage, ageing_since, loop, labels, stage, timeline_length, status_since, created_at, updated_at)
      select 'acme', id, id, status, cause, cause, stage, case when stage is not null then now() end, loop::jsonb, '[]', 'receiving', 0, now(), now(), now()
      from (values ('1', 'attention', 'Unread', null, null), ('2', 'receiving', null, 'receiving', null),
        ('3', 'attention', 'Unread', null, '{}'), ('4', 'receiving', null, 'receiving', '{}')) as one (id, status, cause, stage, loop)`,
  );
  await copyMigration('0019-untold-returns.ts');
  await migrate(db, log, folder);
  const { rows } = await pool.query(
    'select loop_return_id as id, status, reason, cause, ageing_stage, ageing_since is null as moves from returns order by 1',
  );
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['1', 'receiving', null, null, null, true],
    ['2', 'receiving', null, null, null, true],
    ['3', 'attention', 'Unread', 'Unread', null, true],
    ['4', 'receiving', null, null, 'receiving', false],
  ]);
});

test('RMAs that were found are asked for by number after the migration that tells them, where their returns wait', async () => {
  const { db, pool } = open();
  await migrateToBefore(db, '0021');
  const returns = [
    ['1', 'open', 'rma.adopted'],
    ['2', 'open', 'rma.created'],
    ['3', 'processed', 'rma.adopted'],
    ['4', 'held', 'rma.adopted'],
  ];
  for (const [id, status, event] of returns) {
    await pool.query(
      `insert into returns (merchant, loop_return_id, rma_number, status, loop, labels, stage, timeline_length, status_since, created_at, updated_at)
        values ('acme', $1, $1, $2, '{}', '[]', 'expected', 1, now(), now(), now())`,
      [id, status],
    );
    await pool.query(
      `insert into return_events (merchant, loop_return_id, position, at, event) values ('acme', $1, 0, now(), $2)`,
      [id, event],
    );
  }
  await copyMigration('0021-rma-origin.ts');
  await migrate(db, log, folder);
  const { rows } = await pool.query('select rma_origin from returns order by loop_return_id');
  expect(rows.map(({ rma_origin: origin }) => origin)).toEqual(['found', 'opened', 'opened', 'found']);
});

test('pending migrations are named until they are applied', async () => {
  const { db } = open();
  expect(await pendingMigrations(db, folder)).toEqual(['0001-first', '0002-second']);
  await migrate(db, log, folder);
  expect(await pendingMigrations(db, folder)).toEqual([]);
  await addMigration('0003-third', 'select 1');
  expect(await pendingMigrations(db, folder)).toEqual(['0003-third']);
});

test('each migration runs once when eight replicas start at the same moment', async () => {
  await Promise.all(Array.from({ length: 8 }, () => migrate(open(1).db, log, folder)));
  expect(await stepsDone()).toEqual(['second']);
});

test('a failed migration is named, and leaves the database as it was', async () => {
  const { db } = open();
  await addMigration('0003-broken', 'create table steps ()');
  await expect(migrate(db, log, folder)).rejects.toThrow(
    'Migration 0003-broken failed, nothing was changed: relation "steps" already exists',
  );
  expect(await pendingMigrations(db, folder)).toHaveLength(3);
  await rm(join(folder, '0003-broken.ts'));
  await migrate(db, log, folder);
  expect(await stepsDone()).toEqual(['second']);
});

test('an older version does not start on a database that a newer one has migrated', async () => {
  const { db } = open();
  await migrate(db, log, folder);
  await rm(join(folder, '0002-second.ts'));
  await expect(migrate(db, log, folder)).rejects.toThrow(
    'The database already has migration 0002-second, which this version of the service does not know',
  );
});

test('a count comes back as a number', async () => {
  const { pool } = open();
  const { rows } = await pool.query('select count(*) as count, now() as at from pg_database');
  expect(rows).toEqual([{ count: expect.any(Number), at: expect.any(Date) }]);
  await expect(pool.query('select 9007199254740993::int8')).rejects.toThrow('too large for a number');
  expect((await pool.query('select 1::int8 as still_works')).rows).toEqual([{ still_works: 1 }]);
});

test('a connection that the database cuts is logged, and the next query gets a new one', async () => {
  const warn = vi.fn();
  const logger = pino({ level: 'warn' }, { write: warn });
  const connection = connect(database.url, { max: 2, log: logger });
  connections.push(connection);
  // One idle in the pool, one held between two queries, as in a transaction.
  const held = await connection.pool.connect();
  try {
    await connection.pool.query('select 1');
    await open().pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await vi.waitFor(() => expect(warn.mock.calls.length).toBeGreaterThanOrEqual(2));
  } finally {
    held.release(true);
  }
  expect((await connection.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  const lines = warn.mock.calls.map(([line]) => String(line));
  expect(lines).toEqual(Array(2).fill(expect.stringContaining('lost a connection to the database')));
});

test('connections close once, used or not', async () => {
  const unused = open();
  const used = open();
  await used.pool.query('select 1');
  for (const connection of [unused, used, unused, used]) await connection.close();
  expect([unused.pool.ended, used.pool.ended]).toEqual([true, true]);
});

test('every migration of the repository has its number to itself', async () => {
  const files = await readdir(join(repository, 'migrations'));
  const numbers = files.map((file) => file.split('-')[0]);
  expect(new Set(numbers).size).toBe(numbers.length);
});

function open(max?: number): OpenDatabase {
  const connection = connect(database.url, { log, ...(max === undefined ? {} : { max }) });
  connections.push(connection);
  return connection;
}

async function stepsDone(): Promise<unknown[]> {
  const { rows } = await open().pool.query<{ done: unknown }>('select done from steps order by position');
  return rows.map(({ done }) => done);
}

async function copyMigration(name: string): Promise<void> {
  await copyFile(join(repository, 'migrations', name), join(folder, name));
}

async function addMigration(name: string, statement: string): Promise<void> {
  const source = `
    import { type Kysely, sql } from 'kysely';

    export async function up(db: Kysely<unknown>): Promise<void> {
      await sql\`${statement}\`.execute(db);
    }
  `;
  await writeFile(join(folder, `${name}.ts`), source);
}
