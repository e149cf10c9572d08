import { sql } from 'kysely';
import type { Database } from '../database/connect.ts';
import type { StepContext } from './context.ts';

/** Small batches, so that a purge never holds up the door. */
const batchSize = 500;

/**
 * Deletes raw deliveries, the only place with personal data, once they are older than the retention. One
 * that still waits to be applied is kept until it has been.
 * @returns how many were deleted
 */
export async function purgeDeliveries(
  context: Pick<StepContext, 'db' | 'log' | 'now'>,
  retentionMs: number,
): Promise<number> {
  const before = new Date(context.now().getTime() - retentionMs);
  let deleted = 0;
  let merchant = await merchantAfter(context.db, '');
  while (merchant !== null) {
    deleted += await purgeMerchant(context.db, merchant, before);
    merchant = await merchantAfter(context.db, merchant);
  }
  context.log.info({ deleted, before }, 'old deliveries were deleted');
  return deleted;
}

/** The next merchant with deliveries, also one who has left the file; a look into the index for each. */
async function merchantAfter(db: Database, merchant: string): Promise<string | null> {
  const row = await db
    .selectFrom('deliveries')
    .select('merchant')
    .where('merchant', '>', merchant)
    .orderBy('merchant')
    .limit(1)
    .executeTakeFirst();
  return row?.merchant ?? null;
}

/** Each statement stays with one merchant, and so within one shard where the table is sharded by merchant. */
async function purgeMerchant(db: Database, merchant: string, before: Date): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from deliveries where merchant = ${merchant} and (source, key) in (
        select source, key from deliveries
        where merchant = ${merchant} and received_at < ${before}
          and (applied_at is not null or result <> 'accepted')
        order by received_at limit ${batchSize}
      )`.execute(db);
    deleted += Number(numAffectedRows);
    if (numAffectedRows < batchSize) return deleted;
  }
}
