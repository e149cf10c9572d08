import { type Actor, recordAction } from '../audit/audit.ts';
import type { Merchant } from '../config/merchants.ts';
import { forgetKeys } from '../inbox/unapplied.ts';
import { isRetryable } from '../returns/record.ts';
import { deliveriesOf, findFacts } from '../returns-store/queries.ts';
import { advanceReturns, type StepContext } from './context.ts';

export type RetryResult = 'retried' | 'nothing-failed' | 'unknown';

/**
 * Takes up the step that failed where it stopped, because a person asks for it; who that is goes into the audit list
 * with it. What is asked of a return that is not there is not written down: there is nothing that it could be about.
 */
export async function retryReturn(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string,
  actor: Actor,
): Promise<RetryResult> {
  const asked = { action: 'retry', merchant: merchant.slug, subject: loopReturnId } as const;
  const facts = await findFacts(context.db, merchant.slug, loopReturnId);
  if (facts === null) return 'unknown';
  if (!isRetryable(facts)) {
    await recordAction(context.db, context.now(), actor, { ...asked, result: 'nothing failed' });
    return 'nothing-failed';
  }
  const event = { kind: 'retryRequested', by: actor.name } as const;
  const happened = { loopReturnId, delivery: null, event };
  await advanceReturns(context, merchant, [happened], async (trx) => {
    const failures = await deliveriesOf(trx, merchant.slug, loopReturnId, 'return.processing.failed');
    await forgetKeys(trx, merchant.slug, 'loop', failures);
    await recordAction(trx, context.now(), actor, { ...asked, result: 'retried' });
  });
  return 'retried';
}
