import type { Merchants } from '../config/merchants.ts';
import { isDatabaseAway } from '../database/away.ts';
import type { Database } from '../database/connect.ts';
import type { BulkRetryResult, Observer } from '../metrics/observer.ts';
import type { StepContext } from '../steps/context.ts';
import { retryReturn } from '../steps/retry.ts';
import type { BulkRetry } from './bulk-retry.ts';
import { findBulkRetry } from './read.ts';
import { AlreadyAnswered, answer, endIfAnswered, type ItemKey, leaveTheRest } from './settle.ts';

/** What carries bulk retries out. */
export interface CarryOutContext extends StepContext {
  readonly observer: StepContext['observer'] & Pick<Observer, 'bulkRetried'>;
}

const aSecondMs = 1_000;

/**
 * Carries a bulk retry on: retries as many of each merchant's returns as the pace allows for this second, the oldest
 * first and one after another. Whoever goes on where this is cut off finds what still waits.
 * @param stopping aborted when the service stops
 * @returns whether there is more to do
 * @throws where the database takes nothing at the moment; the queue then tries it again
 */
export async function carryOnBulkRetry(
  context: CarryOutContext,
  merchants: Merchants,
  id: string,
  stopping: AbortSignal,
): Promise<'more' | 'ended'> {
  const bulkRetry = await findBulkRetry(context.db, id);
  if (bulkRetry === null || bulkRetry.endedAt !== null) return 'ended';
  if (bulkRetry.state === 'stopping') await leaveTheRest(context, id);
  for (const item of await nextItems(context, id)) {
    if (stopping.aborted) return 'more';
    await retryItem(context, merchants, bulkRetry, item);
  }
  return endIfAnswered(context, bulkRetry);
}

/** Those that wait and whose turn is now. */
async function nextItems(context: StepContext, id: string): Promise<ItemKey[]> {
  const { db } = context;
  const rows = await db
    .selectFrom('bulk_retry_items')
    .select('merchant')
    .distinct()
    .where('bulk_retry', '=', id)
    .where('state', '=', 'waiting')
    .execute();
  const items: ItemKey[] = [];
  for (const { merchant } of rows) {
    const limit = context.pace.bulkRetriesPerSecond - (await takenLately(context, merchant));
    if (limit > 0) items.push(...(await oldestWaiting(db, merchant, id, limit)));
  }
  return items;
}

/** How many returns of a merchant were taken up within the last second, by whichever bulk retry. */
async function takenLately({ db, now }: StepContext, merchant: string): Promise<number> {
  const { count } = await db
    .selectFrom('bulk_retry_items')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('merchant', '=', merchant)
    .where('settled_at', '>', new Date(now().getTime() - aSecondMs))
    .where('state', '!=', 'stopped')
    .executeTakeFirstOrThrow();
  return count;
}

async function oldestWaiting(db: Database, merchant: string, id: string, limit: number): Promise<ItemKey[]> {
  const rows = await db
    .selectFrom('bulk_retry_items')
    .select('loop_return_id')
    .where('merchant', '=', merchant)
    .where('bulk_retry', '=', id)
    .where('state', '=', 'waiting')
    .orderBy('created_at')
    .orderBy('loop_return_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ merchant, bulkRetry: id, loopReturnId: row.loop_return_id }));
}

/** One return that cannot be retried holds back no other: it gets that as its answer. */
async function retryItem(
  context: CarryOutContext,
  merchants: Merchants,
  { actor }: BulkRetry,
  item: ItemKey,
): Promise<void> {
  try {
    const given = await answerOf(context, merchants, actor, item);
    context.observer.bulkRetried(given);
  } catch (error) {
    if (error instanceof AlreadyAnswered) return;
    throw error;
  }
}

async function answerOf(
  context: CarryOutContext,
  merchants: Merchants,
  actor: BulkRetry['actor'],
  item: ItemKey,
): Promise<BulkRetryResult> {
  const { db, now, log } = context;
  const { bulkRetry, loopReturnId } = item;
  const merchant = merchants.get(item.merchant);
  if (merchant === undefined) {
    await answer(db, item, 'no-merchant', now());
    return 'no-merchant';
  }
  try {
    return await retryReturn(context, merchant, loopReturnId, actor, {
      bulkRetry,
      settle: (trx, result) => answer(trx, item, result, now()),
    });
  } catch (error) {
    if (error instanceof AlreadyAnswered || isDatabaseAway(error)) throw error;
    const line = { err: error, bulkRetry, merchant: item.merchant, return: loopReturnId };
    log.error(line, 'a return of a bulk retry could not be retried');
    await answer(db, item, 'failed', now());
    return 'failed';
  }
}
