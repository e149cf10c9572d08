import type { Merchant } from '../config/merchants.ts';
import { inTransaction } from '../database/retry.ts';
import { dueSteps } from '../returns/lifecycle.ts';
import { endOfWait, stepOfWait } from '../returns/return.ts';
import { done, readFacts, report, type StepContext } from './context.ts';
import type { StepJob } from './jobs.ts';
import type { StepTry } from './wait-while-paused.ts';

/**
 * Ends what a received return waits for, once its time is over: the decision is made on what there is. A wait
 * that has begun anew since gets the rest of its time.
 */
export async function endWait(context: StepContext, merchant: Merchant, job: StepJob): Promise<StepTry> {
  const { loopReturnId, step } = job;
  const facts = await readFacts(context, merchant, job);
  const { wait } = facts;
  if (wait === null || stepOfWait[wait.for] !== step || !dueSteps(facts).includes(step)) return done;
  const afterMs = endOfWait(wait).getTime() - context.now().getTime();
  if (afterMs <= 0) return report(context, merchant, job, { kind: 'waitOver', for: wait.for });
  // Twice in the queue, the later job finds nothing to end.
  await inTransaction(context.db, 'repeat', (trx) =>
    context.enqueueSteps(trx, merchant.slug, [{ loopReturnId, step, afterMs }], context.now()),
  );
  return done;
}
