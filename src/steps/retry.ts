import type { Merchant } from '../config/merchants.ts';
import { inTransaction } from '../database/retry.ts';
import { forgetKeys } from '../inbox/unapplied.ts';
import { isRetryable } from '../returns/record.ts';
import { deliveriesOf } from '../returns-store/queries.ts';
import { lockStored } from '../returns-store/store.ts';
import { advanceReturns, type StepContext } from './context.ts';

/** Takes up the step that failed where it stopped, because a person asks for it. */
export async function retryReturn(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string,
): Promise<'retried' | 'nothing-failed' | 'unknown'> {
  const row = await context.db
    .selectFrom('returns')
    .select('loop_return_id')
    .where('merchant', '=', merchant.slug)
    .where('loop_return_id', '=', loopReturnId)
    .where('loop', 'is not', null)
    .executeTakeFirst();
  if (row === undefined) return 'unknown';
  const locked = await inTransaction(context.db, 'repeat', (trx) =>
    lockStored(trx, merchant.slug, [loopReturnId]),
  );
  const facts = locked.get(loopReturnId)?.facts;
  if (facts === undefined || !isRetryable(facts)) return 'nothing-failed';
  const happened = { loopReturnId, delivery: null, event: { kind: 'retryRequested' as const } };
  await advanceReturns(context, merchant, [happened], async (trx) => {
    const failures = await deliveriesOf(trx, merchant.slug, loopReturnId, 'return.processing.failed');
    await forgetKeys(trx, merchant.slug, 'loop', failures);
  });
  return 'retried';
}
