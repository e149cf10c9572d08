import { expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { startQuietly } from './worlds.ts';

/**
 * What a return's life reads is its own, however many others its merchant has. PostgreSQL plans by what it last
 * counted: of a merchant who is new since then it expects a single row, and so may choose to read all of them.
 */

/** More than all that a life and its test read of one table, row by row. */
const others = 2_500;

const tables = [
  'blind_parcels',
  'deliveries',
  'outcomes',
  'return_events',
  'return_terms',
  'returns',
  'vendor_calls',
];
const numbers = '(select n::text from generate_series(1, $2::int) n) as numbers';
const fillings = [
  `insert into returns (merchant, loop_return_id, rma_number, status, loop, stage, timeline_length, status_since,
    created_at, updated_at) select $1, n, n, 'processed', '{}', 'received', 1, now(), now(), now() from ${numbers}`,
  `insert into outcomes (merchant, loop_return_id, kind, why, message, note_state, decided_at)
    select $1, n, 'process', 'All of it is available.', 'accepted', 'none', now() from ${numbers}`,
  `insert into return_events (merchant, loop_return_id, position, at, event)
    select $1, n, 0, now(), 'return.created' from ${numbers}`,
  `insert into return_terms (merchant, loop_return_id, term, created_at) select $1, n, n, now() from ${numbers}`,
  `insert into vendor_calls (merchant, loop_return_id, at, vendor, request, answer, took_ms)
    select $1, n, now(), 'loop', 'POST /', '200', 1 from ${numbers}`,
  `insert into deliveries (merchant, source, key, body, part, result, events, received_at, applied_at)
    select $1, source, md5(n), '', 0, 'accepted', '[]', now(), now()
    from ${numbers}, unnest('{loop,masonhub}'::text[]) source`,
  // Few boxes are of nobody.
  `insert into blind_parcels (merchant, parcel, package_id, term, receipt, loop_return_id, received_at)
    select $1, n, n, n, '{}', case when n not like '%00' then n end, now() from ${numbers}`,
];

async function fill({ query }: World, merchant: string, count: number): Promise<void> {
  for (const filling of fillings) await query(filling, [merchant, count]);
}

/** The tables that autovacuum would count when it looks next. */
async function toBeCounted({ query }: World): Promise<string[]> {
  const setting = (name: string) => `coalesce((select option_value from pg_options_to_table(reloptions)
    where option_name = '${name}'), current_setting('${name}'))::float8`;
  const rows = await query(
    `select s.relname as name from pg_stat_user_tables s join pg_class c on c.oid = s.relid where s.relname = any($1)
      and n_mod_since_analyze > ${setting('autovacuum_analyze_threshold')}
        + ${setting('autovacuum_analyze_scale_factor')} * reltuples order by 1`,
    [tables],
  );
  return rows.map(({ name }) => String(name));
}

/** What was read of each table since the beginning: its own rows, and entries of its indexes. */
async function readSoFar({ query }: World): Promise<Record<string, number>> {
  const rows = await query(
    `select relname as name, (seq_tup_read + coalesce((select sum(idx_tup_read) from pg_stat_user_indexes i
      where i.relid = t.relid), 0))::int as read from pg_stat_user_tables t where relname = any($1)`,
    [tables],
  );
  return Object.fromEntries(rows.map(({ name, read }) => [String(name), Number(read)]));
}

/** What a connection has read is counted for good when it ends; the service makes others. */
async function endConnections({ query }: World): Promise<void> {
  await query(`select pg_stat_force_next_flush(), pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`);
}

/** Autovacuum does nothing here by itself, so that no test is quicker or slower than it. */
async function startUncounted(): Promise<World> {
  const world = await startQuietly();
  for (const table of tables) await world.query(`alter table ${table} set (autovacuum_enabled = off)`);
  return world;
}

/** Two returns from the beginning to the end, and what was read for them. */
async function readInALife(world: World): Promise<Record<string, number>> {
  await endConnections(world);
  await world.query('select pg_stat_reset()');
  const [refunded, flagged] = [await world.open([{ sku: 'TEE-1' }]), await world.open([{ sku: 'CAP-2' }])];
  await world.loop.addLabel(refunded, { carrier: 'UPS', trackingNumber: '1Z999AA10123456784' });
  await world.masonhub.progress(refunded, 'onDock');
  await world.masonhub.receive(refunded);
  await world.masonhub.receiveBlind('A-BOX-OF-NOBODY', [{ sku: 'CAP-2' }]);
  await world.masonhub.receive(flagged, [{ sku: 'CAP-2', status: 'damaged' }]);
  await world.untilStatus(refunded, 'processed');
  await world.untilStatus(flagged, 'flagged');
  await world.untilQuiet();
  await endConnections(world);
  return readSoFar(world);
}

function expectAtMost(most: number, read: Readonly<Record<string, number>>): void {
  expect(Object.keys(read).sort()).toEqual(tables);
  for (const [table, rows] of Object.entries(read)) expect(rows, table).toBeLessThan(most);
}

it('does not read all others each time while PostgreSQL has never counted its tables', async () => {
  await using world = await startUncounted();
  await fill(world, 'acme', others);
  // Now and then it still does: of an uncounted table anything may be true.
  expectAtMost(2 * others, await readInALife(world));
});

it('reads no other return of a merchant who came late, as PostgreSQL soon counts large tables again', async () => {
  await using world = await startUncounted();
  await fill(world, 'longer', 12 * others);
  await endConnections(world);
  await world.query(`analyze ${tables.join()}`);
  await fill(world, 'acme', others);
  await endConnections(world);
  const due = await toBeCounted(world);
  expect(due).toEqual(tables);
  await world.query(`analyze ${due.join()}`);
  expectAtMost(others, await readInALife(world));
});
