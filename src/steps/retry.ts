import type { Merchant } from '../config/merchants.ts';
import { forgetKeys } from '../inbox/unapplied.ts';
import { isRetryable } from '../returns/record.ts';
import { deliveriesOf, findFacts } from '../returns-store/queries.ts';
import { advanceReturns, type StepContext } from './context.ts';

export type RetryResult = 'retried' | 'nothing-failed' | 'unknown';

/** Takes up the step that failed where it stopped, because a person asks for it. */
export async function retryReturn(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string,
): Promise<RetryResult> {
  const facts = await findFacts(context.db, merchant.slug, loopReturnId);
  if (facts === null) return 'unknown';
  if (!isRetryable(facts)) return 'nothing-failed';
  const happened = { loopReturnId, delivery: null, event: { kind: 'retryRequested' as const } };
  await advanceReturns(context, merchant, [happened], async (trx) => {
    const failures = await deliveriesOf(trx, merchant.slug, loopReturnId, 'return.processing.failed');
    await forgetKeys(trx, merchant.slug, 'loop', failures);
  });
  return 'retried';
}
