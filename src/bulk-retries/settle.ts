import { calledBy, recordAction } from '../audit/audit.ts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import type { StepContext } from '../steps/context.ts';
import type { BulkRetry, BulkRetryAnswer } from './bulk-retry.ts';
import { countItems, findBulkRetry } from './read.ts';
import { inWords } from './words.ts';

/** A return of a bulk retry. */
export interface ItemKey {
  readonly merchant: string;
  readonly bulkRetry: string;
  readonly loopReturnId: string;
}

/** Somebody else has answered first: what was done in this transaction is not to be. */
export class AlreadyAnswered extends Error {}

/**
 * Gives a return its answer, which is then never another: where this is a part of the transaction that does what the
 * answer says, that is done once, whoever tries it again.
 * @throws {AlreadyAnswered} undoes the transaction
 */
export async function answer(
  trx: Database,
  { merchant, bulkRetry, loopReturnId }: ItemKey,
  state: BulkRetryAnswer,
  now: Date,
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('bulk_retry_items')
    .set({ state, settled_at: now })
    .where('merchant', '=', merchant)
    .where('bulk_retry', '=', bulkRetry)
    .where('loop_return_id', '=', loopReturnId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n)
    throw new AlreadyAnswered(`Return ${loopReturnId} of ${merchant} has its answer.`);
}

/** Leaves as they are the returns of a stopped bulk retry whose turn has not come. */
export async function leaveTheRest({ db, now }: StepContext, id: string): Promise<void> {
  await inTransaction(db, 'repeat', async (trx) => {
    await trx
      .updateTable('bulk_retry_items')
      .set({ state: 'stopped', settled_at: now() })
      .where('bulk_retry', '=', id)
      .where('state', '=', 'waiting')
      .execute();
  });
}

/**
 * Ends a bulk retry once each of its returns has an answer. They are counted against how many there are: where they
 * are on several machines, they may be seen a moment later than the bulk retry itself.
 */
export async function endIfAnswered(
  context: StepContext,
  { id, total, asked, actor }: BulkRetry,
): Promise<'more' | 'ended'> {
  const { db, now, log } = context;
  const { waiting, ...answers } = await countItems(db, id);
  const answered = Object.values(answers).reduce((sum, count) => sum + count, 0);
  if (answered < total) return 'more';
  const subject = inWords(asked);
  const isFirst = await inTransaction(db, 'repeat', async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('bulk_retries')
      .set({ ended_at: now() })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    const action = { action: 'bulk-retry', merchant: asked['merchant'] ?? null, subject } as const;
    const details = { bulkRetry: id, ...answers };
    await recordAction(trx, now(), actor, { ...action, result: 'done', details });
    return true;
  });
  if (isFirst) {
    log.info({ bulkRetry: id, who: actor.name, chosen: subject, total, ...answers }, 'a bulk retry ended');
  }
  return 'ended';
}

/** What came of a stop: it was running until now, or was over, or is not there. */
export type StopResult = 'stopped' | 'over' | 'unknown';

/** Leaves the returns as they are whose turn has not come, because somebody asks for it. */
export async function stopBulkRetry(
  context: StepContext,
  id: string,
  actor: BulkRetry['actor'],
): Promise<StopResult> {
  const { db, now, log } = context;
  const found = await findBulkRetry(db, id);
  if (found === null) return 'unknown';
  const action = {
    action: 'bulk-retry',
    merchant: found.asked['merchant'] ?? null,
    subject: inWords(found.asked),
    result: 'stopped',
    details: { bulkRetry: id },
  } as const;
  const isFirst = await inTransaction(db, 'repeat', async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('bulk_retries')
      .set({ stopped_at: now(), stopped_by: calledBy(actor) })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .where('stopped_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    await recordAction(trx, now(), actor, action);
    return true;
  });
  if (!isFirst) return 'over';
  log.info({ bulkRetry: id, who: actor.name }, 'a bulk retry was stopped');
  // Where this is cut off, the job does it.
  await leaveTheRest(context, id);
  await endIfAnswered(context, found);
  return 'stopped';
}
