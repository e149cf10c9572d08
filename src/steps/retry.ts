import type { Transaction } from 'kysely';
import { type Actor, calledBy, recordAction } from '../audit/audit.ts';
import type { Merchant } from '../config/merchants.ts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import type { Tables } from '../database/tables.ts';
import { forgetKeys } from '../inbox/unapplied.ts';
import { isRetryable, needsALook } from '../returns/record.ts';
import type { Return } from '../returns/return.ts';
import type { Advanced } from '../returns-store/advance.ts';
import { deliveriesOf, hasComeSinceRetry } from '../returns-store/queries.ts';
import { lockStored } from '../returns-store/store.ts';
import { advanceWithin, logAdvanced, type StepContext } from './context.ts';

export type RetryResult = 'retried' | 'nothing-failed' | 'unknown';
/** What comes of a retry that is a part of a bulk retry: a person may have to look at the return first. */
export type PartResult = RetryResult | 'needs-a-look';

/** The bulk retry that a retry is a part of. */
export interface PartOfBulk {
  readonly bulkRetry: string;
  /** Writes down what came of it, within the transaction of the retry; it may be called several times. */
  readonly settle: (trx: Database, result: PartResult) => Promise<void>;
}

/**
 * Takes up the step that failed where it stopped, because a person asks for it; who that is goes into the audit list
 * with it. Whether anything has failed is seen under the return's lock, so that the list says what was done. What is
 * asked of a return that is not there is not written down: there is nothing that it could be about.
 * @param part left out where it is asked for by itself, by somebody who looks at this return
 */
export async function retryReturn(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string,
  actor: Actor,
): Promise<RetryResult>;
export async function retryReturn(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string,
  actor: Actor,
  part: PartOfBulk,
): Promise<PartResult>;
export async function retryReturn(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string,
  actor: Actor,
  part: PartOfBulk | null = null,
): Promise<PartResult> {
  const { db, now } = context;
  const details = part === null ? {} : { bulkRetry: part.bulkRetry };
  const asked = { action: 'retry', merchant: merchant.slug, subject: loopReturnId, details } as const;
  const { result, advanced } = await inTransaction(db, 'throw', async (trx): Promise<Retried> => {
    const locked = await lockStored(trx, merchant.slug, [loopReturnId]);
    const facts = locked.get(loopReturnId)?.facts;
    if (facts?.loop == null) {
      await part?.settle(trx, 'unknown');
      return { result: 'unknown', advanced: [] };
    }
    if (!isRetryable(facts)) {
      await recordAction(trx, now(), actor, { ...asked, result: 'nothing failed' });
      await part?.settle(trx, 'nothing-failed');
      return { result: 'nothing-failed', advanced: [] };
    }
    if (part !== null && (needsALook(facts) || (await hasFailedInLoop(trx, facts)))) {
      await recordAction(trx, now(), actor, { ...asked, result: 'needs a look' });
      await part.settle(trx, 'needs-a-look');
      return { result: 'needs-a-look', advanced: [] };
    }
    const event = { kind: 'retryRequested', by: calledBy(actor) } as const;
    const happened = { loopReturnId, delivery: null, event };
    const moved = await advanceWithin(context, trx, merchant, [happened], locked);
    const failures = await deliveriesOf(trx, merchant.slug, loopReturnId, processingFailed);
    await forgetKeys(trx, merchant.slug, 'loop', failures);
    await recordAction(trx, now(), actor, { ...asked, result: 'retried' });
    await part?.settle(trx, 'retried');
    return { result: 'retried', advanced: moved };
  });
  logAdvanced(context, merchant.slug, advanced);
  return result;
}

const processingFailed = 'return.processing.failed';

/** Loop can say that it failed before its answer to the message has come. */
async function hasFailedInLoop(trx: Transaction<Tables>, facts: Return): Promise<boolean> {
  const { merchant, loopReturnId, outcome } = facts;
  return (
    outcome?.kind === 'process' && (await hasComeSinceRetry(trx, merchant, loopReturnId, processingFailed))
  );
}

interface Retried {
  readonly result: PartResult;
  readonly advanced: readonly Advanced[];
}
