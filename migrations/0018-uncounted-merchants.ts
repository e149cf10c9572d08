import { type Kysely, sql } from 'kysely';
import { z } from 'zod';

/**
 * PostgreSQL counts the rows of each merchant now and then. Of a merchant who has come since then it expects a single
 * row, and so takes every index that begins with the merchant to be as good as the primary key: each look at one
 * delivery or return reads all that the merchant has. Where it does not count them, it expects one row in 200 to be a
 * merchant's, and an index that names the row is always the better one.
 */
const tables = [
  'deliveries',
  'returns',
  'outcomes',
  'return_events',
  'return_terms',
  'vendor_calls',
  'blind_parcels',
  'bulk_retry_items',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of tables) {
    await alter(db, table, 'alter column merchant set statistics 0');
    await forgetCounted(db, table);
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of tables) await alter(db, table, 'alter column merchant set statistics -1');
}

/** What was counted before stays in use otherwise. Before PostgreSQL 18 it is forgotten only with the column's type. */
async function forgetCounted(db: Kysely<unknown>, table: string): Promise<void> {
  const { rows: able } = await sql`select 1 from pg_proc where proname = 'pg_clear_attribute_stats'`.execute(
    db,
  );
  const isAble = able.length > 0 && !(await isDistributed(db, table));
  if (!isAble) return alter(db, table, 'alter column merchant type text');
  await sql`select pg_clear_attribute_stats(current_schema(), ${table}, 'merchant', false)`.execute(db);
}

const done = z.array(z.object({ success: z.literal(true, 'A shard could not be altered.') }));

/** Citus does not hand such changes on to its workers: where it has spread the table, each part is changed there. */
async function alter(db: Kysely<unknown>, table: string, change: string): Promise<void> {
  if (!(await isDistributed(db, table))) {
    await sql`alter table ${sql.table(table)} ${sql.raw(change)}`.execute(db);
    return;
  }
  const command = `alter table %s ${change}`;
  const { rows } = await sql`select success from run_command_on_shards(${table}, ${command})`.execute(db);
  done.parse(rows);
}

async function isDistributed(db: Kysely<unknown>, table: string): Promise<boolean> {
  const { rows: citus } = await sql`select 1 where to_regclass('citus_tables') is not null`.execute(db);
  if (citus.length === 0) return false;
  const { rows } = await sql`select 1 from citus_tables where table_name = ${table}::regclass
    and citus_table_type = 'distributed'`.execute(db);
  return rows.length > 0;
}
