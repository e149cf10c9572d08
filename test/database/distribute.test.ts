import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/errors.ts';
import { connect, type OpenDatabase } from '../../src/database/connect.ts';
import { type Distribution, distribute } from '../../src/database/distribute.ts';
import { migrate } from '../../src/database/migrate.ts';
import { runSource } from '../support/command.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
let database: FreshDatabase;
let connection: OpenDatabase;

beforeEach(async () => {
  database = await freshDatabase();
  connection = connect(database.url, { log });
  await migrate(connection.db, log);
});
afterEach(async () => {
  await connection.close();
  await database.drop();
});

/** What Citus has that the command uses, without its effect. */
const citus = `
  create table pg_dist_node (isactive bool, shouldhaveshards bool, noderole text);
  create table citus_tables (
    table_name regclass, distribution_column text, colocation_id int, shard_count bigint);
  create table truncated (table_name regclass);
  create function create_distributed_table(name regclass, key text, colocate_with text) returns void
    language sql as $$ insert into citus_tables
      select name, key, coalesce((select colocation_id from citus_tables
        where table_name::text = colocate_with), 7), 32 $$;
  create function truncate_local_data_after_distributing_table(name regclass) returns void
    language sql as $$ insert into truncated values (name) $$`;
const worker = `insert into pg_dist_node values (true, true, 'primary')`;

async function distributed(): Promise<Distribution[]> {
  const told: Distribution[] = [];
  await distribute(connection.db, (done) => told.push(done));
  return told;
}

async function problem(): Promise<string> {
  const error: unknown = await distributed().catch((reason: unknown) => reason);
  if (!(error instanceof ConfigurationError)) throw error;
  return error.message;
}

/** The audit list names merchants, and is a list of the people at the service: it stays on the coordinator. */
const merchantsTables = `select table_name as name from information_schema.columns
  where table_schema = 'public' and column_name = 'merchant' and table_name not in ('citus_tables', 'audit')
  order by 1`;

test('a PostgreSQL that is no Citus, and a Citus without workers, are told from one that is ready', async () => {
  expect(await problem()).toContain('create extension citus');
  await connection.pool.query(citus);
  expect(await problem()).toContain('citus_add_node');
  await connection.pool.query(worker);
  expect(await distributed()).not.toEqual([]);
});

test('every table that has a merchant is distributed beside the first, and only once', async () => {
  await connection.pool.query(`${citus}; ${worker}`);
  const { rows } = await connection.pool.query<{ name: string }>(merchantsTables);
  const names = rows.map(({ name }) => name);
  expect(names).toContain('deliveries');

  const first = await distributed();
  expect(first.map(({ table }) => table).sort()).toEqual(names);
  expect(new Set(first.map(({ kind }) => kind))).toEqual(new Set(['distributed']));
  const placed = `select table_name::text as name, distribution_column as key, colocation_id as beside
    from citus_tables order by 1`;
  const { rows: places } = await connection.pool.query(placed);
  expect(places).toEqual(names.map((name) => ({ name, key: 'merchant', beside: 7 })));

  const again = await distributed();
  expect(new Set(again.map(({ kind }) => kind))).toEqual(new Set(['kept']));
  expect((await connection.pool.query(placed)).rows).toEqual(places);
});

test('what a table held before is not left behind, also where the first run got no further', async () => {
  await connection.pool.query(`${citus}; ${worker};
    insert into citus_tables values ('deliveries', 'merchant', 7, 32)`);
  await distributed();
  const { rows } = await connection.pool.query(
    `select 1 from truncated where table_name::text = 'deliveries'`,
  );
  expect(rows).toHaveLength(1);
});

test.each([
  ['by another column', `('returns', 'loop_return_id', 7, 32)`],
  ['beside other tables', `('returns', 'merchant', 8, 32)`],
])('a table that is distributed %s is refused, and how to undo that is said', async (_, row) => {
  await connection.pool.query(`${citus}; ${worker}; insert into citus_tables values ${row}`);
  expect(await problem()).toContain(`undistribute_table('returns')`);
});

test('every unique key of a table that has a merchant begins with the merchant: else it could not be distributed', async () => {
  const { rows } = await connection.pool.query<{ table: string; first: string }>(
    `select c.relname as table, a.attname as first from pg_index i
      join pg_class c on c.oid = i.indrelid
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indisunique and c.relname in (select name from (${merchantsTables}) as known)`,
  );
  expect(rows.length).toBeGreaterThan(8);
  expect(rows.filter(({ first }) => first !== 'merchant')).toEqual([]);
});

test('the command migrates, says what it did with each table, and ends with 1 where it could do nothing', async () => {
  const run = (...args: string[]) => runSource('src/distribute.ts', args, {});
  expect(await run()).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('--database-url'),
  });
  const refused = await run('--database-url', database.url);
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('create extension citus') });
  expect(refused.stderr).not.toContain(new URL(database.url).password);

  await connection.pool.query(`${citus}; ${worker}`);
  const first = await run('--database-url', database.url);
  expect(first.status).toBe(0);
  expect(first.stdout).toMatch(/^deliveries +distributed by merchant, 32 shards\n/);
  const again = await run('--database-url', database.url);
  expect(again.stdout).toMatch(/^deliveries +is distributed already, 32 shards\n/);
});
