import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSource } from '../support/command.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

const runEngine = (...args: string[]) =>
  runSource('test/engine/main.ts', ['--database-url', database.url, ...args], {});

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const ownRelations = `select nspname, relname from pg_class join pg_namespace n on n.oid = relnamespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'`;

test('an engine that does all that is needed passes, and the database is as empty as before', async () => {
  const { status, stdout, stderr } = await runEngine('--quick', '--seed', '7');
  expect(stderr).toBe('');
  expect(stdout).toMatch(
    /^6 returns of three merchants, through kills +passed +lost 0, wrong 0, doubled 0; 2 kills/m,
  );
  expect(stdout).toMatch(/^jobs, lists, searches and figures +passed +(\d+) of \1 tests$/m);
  expect(stdout).toMatch(/\nAll 3 passed\.\n$/);
  expect(status).toBe(0);
  expect(await query(ownRelations)).toEqual([]);
}, 300_000);

test('an engine that takes no writes fails at the start, and nothing else is tried', async () => {
  const [{ name } = {}] = await query('select current_database() as name');
  await query(`alter database ${String(name)} set default_transaction_read_only = on`);
  const { status, stdout } = await runEngine('--quick');
  expect(stdout).toMatch(/\n1 of 1 failed\.\n$/);
  expect(stdout).toContain('read-only');
  expect(status).toBe(1);
});

test('a PostgreSQL that is to be Citus and is none fails before any test', async () => {
  const { status, stdout } = await runEngine('--quick', '--backend', 'citus');
  expect(stdout).toMatch(/create extension citus[\s\S]*\n1 of 2 failed\.\n$/);
  expect(status).toBe(1);
});

test('a database that is not empty is refused and left as it is, and so is a schema that is there', async () => {
  await query('create table precious (it text); create schema theirs');
  for (const args of [[], ['--schema', 'theirs']]) {
    const { status, stdout, stderr } = await runEngine('--quick', ...args);
    expect(stderr).toMatch(/^This database already has (public\.precious|the schema theirs)/);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  }
  expect(await query(ownRelations)).toEqual([{ nspname: 'public', relname: 'precious' }]);
});
