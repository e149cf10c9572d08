import { sql } from 'kysely';
import { z } from 'zod';
import { ConfigurationError } from '../config/errors.ts';
import type { Database } from './connect.ts';
import type { Tables } from './tables.ts';

/**
 * Not distributed, so that they stay on the coordinator. `readiness` tells whether the machine can write that every
 * transaction needs: as a reference table it would be written on every worker, and one that is down would make all
 * copies of the service unready. `audit` is one list of what people do, most of which is about no merchant, and so is
 * `bulk_retries`: one of them can be about returns of many merchants.
 */
type OnCoordinator = 'readiness' | 'audit' | 'bulk_retries';

/** Complete, as the compiler sees it: a table that is added to the others has to be added here. */
const merchantsTables: Readonly<Record<Exclude<keyof Tables, OnCoordinator>, true>> = {
  deliveries: true,
  returns: true,
  outcomes: true,
  return_events: true,
  return_terms: true,
  vendor_calls: true,
  blind_parcels: true,
  bulk_retry_items: true,
  connections: true,
  polls: true,
};
const column = 'merchant';
/** With this one, all others share the places of their shards: what belongs to one merchant is on one machine. */
const first = 'deliveries';

export type Distribution =
  | { readonly table: string; readonly kind: 'distributed'; readonly shards: number }
  /** It was so before. */
  | { readonly table: string; readonly kind: 'kept'; readonly shards: number };

const placed = z.array(z.object({ column: z.string(), colocation: z.number(), shards: z.number() })).max(1);
type Placed = z.infer<typeof placed>[number];

/**
 * Spreads the tables over the workers of Citus by merchant, each merchant's rows of all tables on one worker.
 * What is as it should be stays so; after an interruption, another run goes on.
 * @param told hears of each table once it is done
 * @throws {ConfigurationError} where the database is no Citus, or a table is spread in another way
 */
export async function distribute(db: Database, told: (done: Distribution) => void): Promise<void> {
  await requireCitus(db);
  const reference = await distributeTable(db, first, null, told);
  for (const table of Object.keys(merchantsTables)) {
    if (table !== first) await distributeTable(db, table, reference.colocation, told);
  }
}

async function distributeTable(
  db: Database,
  table: string,
  colocation: number | null,
  told: (done: Distribution) => void,
): Promise<Placed> {
  const before = await placeOf(db, table);
  if (before === undefined) {
    const beside = colocation === null ? 'none' : first;
    await sql`select create_distributed_table(${table}::regclass, ${column}, colocate_with => ${beside})`.execute(
      db,
    );
  }
  const now = await placeOf(db, table);
  if (now?.column !== column || (colocation !== null && now.colocation !== colocation)) {
    throw new ConfigurationError([
      `${table} is distributed in another way than by ${column} and beside ${first}. Undo that with: select undistribute_table('${table}')`,
    ]);
  }
  // What was in the table before is copied to the workers, and stays behind: out of sight, and out of reach for
  // the clean-up that deletes personal data.
  await sql`select truncate_local_data_after_distributing_table(${table}::regclass)`.execute(db);
  told({ table, kind: before === undefined ? 'distributed' : 'kept', shards: now.shards });
  return now;
}

async function placeOf(db: Database, table: string): Promise<Placed | undefined> {
  const { rows } = await sql`select distribution_column as "column", colocation_id::int as colocation,
    shard_count::int as shards from citus_tables where table_name = ${table}::regclass`.execute(db);
  return placed.parse(rows)[0];
}

const nodeCount = z.tuple([z.object({ count: z.number() })]);

async function requireCitus(db: Database): Promise<void> {
  const { rows: seen } = await sql`select 1 where to_regclass('citus_tables') is not null`.execute(db);
  if (seen.length === 0) {
    throw new ConfigurationError([
      'This database is no Citus. On its coordinator, run in it: create extension citus',
    ]);
  }
  const { rows } = await sql`select count(*)::int as count from pg_dist_node
    where isactive and shouldhaveshards and noderole = 'primary'`.execute(db);
  if (nodeCount.parse(rows)[0].count === 0) {
    throw new ConfigurationError([
      "This Citus has no workers yet. Add each one with: select citus_add_node('host', 5432)",
    ]);
  }
}
