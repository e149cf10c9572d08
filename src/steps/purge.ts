import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/connect.ts';
import type { StepContext } from './context.ts';

/** Small batches, so that a purge never holds up the endpoint. */
const batchSize = 500;

/** The tables of which nothing is kept for longer than the retention. */
type Purged = 'deliveries' | 'vendor_calls';

/**
 * Deletes raw deliveries, the only place with personal data, once they are older than the retention, and
 * the calls to vendors, and bulk retries that ended longer ago, with their returns' answers. A delivery that still waits to be applied is kept until it has been.
 * @returns how many deliveries were deleted
 */
export async function purge(
  context: Pick<StepContext, 'db' | 'log' | 'now'>,
  retentionMs: number,
): Promise<number> {
  const before = new Date(context.now().getTime() - retentionMs);
  const deleted = await purgeTable(context.db, 'deliveries', (merchant) => oldDeliveries(merchant, before));
  const calls = await purgeTable(context.db, 'vendor_calls', (merchant) => oldCalls(merchant, before));
  const bulkRetries = await purgeBulkRetries(context.db, before);
  context.log.info({ deleted, calls, bulkRetries, before }, 'old deliveries were deleted');
  return deleted;
}

/** Each statement stays with one merchant, and so within one shard where the table is sharded by merchant. */
async function purgeTable(
  db: Database,
  table: Purged,
  batchOf: (merchant: string) => RawBuilder<unknown>,
): Promise<number> {
  let deleted = 0;
  let merchant = await merchantAfter(db, table, '');
  while (merchant !== null) {
    const { numAffectedRows = 0n } = await batchOf(merchant).execute(db);
    deleted += Number(numAffectedRows);
    if (numAffectedRows < batchSize) merchant = await merchantAfter(db, table, merchant);
  }
  return deleted;
}

/** The next merchant with rows, also one who has left the file; a look into the index for each. */
async function merchantAfter(db: Database, table: Purged, merchant: string): Promise<string | null> {
  const row = await db
    .selectFrom(table)
    .select('merchant')
    .where('merchant', '>', merchant)
    .orderBy('merchant')
    .limit(1)
    .executeTakeFirst();
  return row?.merchant ?? null;
}

function oldDeliveries(merchant: string, before: Date): RawBuilder<unknown> {
  return sql`delete from deliveries where merchant = ${merchant} and (source, key) in (
    select source, key from deliveries
    where merchant = ${merchant} and received_at < ${before}
      and (applied_at is not null or result <> 'accepted')
    order by received_at limit ${batchSize}
  )`;
}

function oldCalls(merchant: string, before: Date): RawBuilder<unknown> {
  return sql`delete from vendor_calls where merchant = ${merchant} and (loop_return_id, at, request) in (
    select loop_return_id, at, request from vendor_calls
    where merchant = ${merchant} and at < ${before}
    order by at limit ${batchSize}
  )`;
}

/** The answers go first, so that what is cut off is found again by the bulk retry itself. */
async function purgeBulkRetries(db: Database, before: Date): Promise<number> {
  const old = await db.selectFrom('bulk_retries').select('id').where('ended_at', '<', before).execute();
  for (const { id } of old) {
    const merchants = await db
      .selectFrom('bulk_retry_items')
      .select('merchant')
      .distinct()
      .where('bulk_retry', '=', id)
      .execute();
    for (const { merchant } of merchants) await purgeItems(db, merchant, id);
    await db.deleteFrom('bulk_retries').where('id', '=', id).execute();
  }
  return old.length;
}

async function purgeItems(db: Database, merchant: string, bulkRetry: string): Promise<void> {
  let deleted: bigint;
  do {
    const { numAffectedRows = 0n } = await sql`delete from bulk_retry_items
      where merchant = ${merchant} and bulk_retry = ${bulkRetry} and loop_return_id in (
        select loop_return_id from bulk_retry_items
        where merchant = ${merchant} and bulk_retry = ${bulkRetry} limit ${batchSize}
      )`.execute(db);
    deleted = numAffectedRows;
  } while (deleted === BigInt(batchSize));
}
