import { type Actor, recordAction } from '../audit/audit.ts';
import type { Merchant } from '../config/merchants.ts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import { forgetKeys } from '../inbox/unapplied.ts';
import { isRetryable } from '../returns/record.ts';
import { deliveriesOf, findFacts } from '../returns-store/queries.ts';
import { advanceReturns, type StepContext } from './context.ts';

export type RetryResult = 'retried' | 'nothing-failed' | 'unknown';

/** The bulk retry that a retry is a part of. */
export interface PartOfBulk {
  readonly bulkRetry: string;
  /** Writes down what came of it, within the transaction of the retry; it may be called several times. */
  readonly settle: (trx: Database, result: RetryResult) => Promise<void>;
}

/**
 * Takes up the step that failed where it stopped, because a person asks for it; who that is goes into the audit list
 * with it. What is asked of a return that is not there is not written down: there is nothing that it could be about.
 * @param part null where it is asked for by itself
 */
export async function retryReturn(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string,
  actor: Actor,
  part: PartOfBulk | null = null,
): Promise<RetryResult> {
  const { db, now } = context;
  const details = part === null ? {} : { bulkRetry: part.bulkRetry };
  const asked = { action: 'retry', merchant: merchant.slug, subject: loopReturnId, details } as const;
  const facts = await findFacts(db, merchant.slug, loopReturnId);
  if (facts === null) {
    await part?.settle(db, 'unknown');
    return 'unknown';
  }
  if (!isRetryable(facts)) {
    await inTransaction(db, 'throw', async (trx) => {
      await recordAction(trx, now(), actor, { ...asked, result: 'nothing failed' });
      await part?.settle(trx, 'nothing-failed');
    });
    return 'nothing-failed';
  }
  const event = { kind: 'retryRequested', by: actor.name } as const;
  const happened = { loopReturnId, delivery: null, event };
  await advanceReturns(context, merchant, [happened], async (trx) => {
    const failures = await deliveriesOf(trx, merchant.slug, loopReturnId, 'return.processing.failed');
    await forgetKeys(trx, merchant.slug, 'loop', failures);
    await recordAction(trx, now(), actor, { ...asked, result: 'retried' });
    await part?.settle(trx, 'retried');
  });
  return 'retried';
}
