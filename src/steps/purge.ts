import { sql } from 'kysely';
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
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from deliveries where (merchant, source, key) in (
        select merchant, source, key from deliveries
        where received_at < ${before} and (applied_at is not null or result <> 'accepted')
        order by received_at limit ${batchSize}
      )`.execute(context.db);
    deleted += Number(numAffectedRows);
    if (numAffectedRows < batchSize) break;
  }
  context.log.info({ deleted, before }, 'old deliveries were deleted');
  return deleted;
}
