import type { Merchant } from '../config/merchants.ts';
import type { LoopClient } from '../loop/client.ts';
import { dueSteps } from '../returns/lifecycle.ts';
import { done, readFacts, type StepContext, tell } from './context.ts';
import { notNow, type StepTry } from './hold.ts';
import type { StepJob } from './queues.ts';

/**
 * Loop only queues a process request. Should the webhook that says it is done never come, Loop is asked:
 * after a while, then less and less often, for a day.
 */
export async function askClosed(
  context: StepContext,
  merchant: Merchant,
  client: LoopClient,
  job: StepJob,
): Promise<StepTry> {
  const facts = await readFacts(context, merchant, job);
  if (!dueSteps(facts).includes('closing')) return done;
  const known = await client.state(job.loopReturnId);
  if (known.kind === 'held') return notNow(known);
  if (known.kind === 'known' && known.state !== 'open' && known.state !== 'review') {
    return tell(context, merchant, job, { kind: 'stateTold', state: known.state });
  }
  if (context.now().getTime() - job.since.getTime() < context.pace.closeWithinMs) {
    return { kind: 'again', why: 'Loop has not closed the return yet' };
  }
  const said = known.kind === 'known' ? `it still says ${known.state}` : known.why;
  const why = `Loop accepted the request to process the return but has not closed it since ${job.since.toISOString()}; ${said}. Look at the return in Loop's admin and process it there if it waits, or retry to go on asking.`;
  return tell(context, merchant, job, { kind: 'stepFailed', step: 'closing', why });
}
