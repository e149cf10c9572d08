import type { Merchant } from '../../config/merchants.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import type { LoopState } from '../../returns/loop-facts.ts';
import { hasEnded } from '../../returns/told.ts';
import { done, readFacts, report, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTry } from '../../steps/wait-while-paused.ts';
import type { LoopClient } from './client.ts';

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
  if (known.kind === 'paused') return notNow(known);
  if (known.kind === 'known' && isNews(known.state, facts.loop?.state)) {
    return report(context, merchant, job, { kind: 'stateTold', state: known.state, word: known.word });
  }
  if (context.now().getTime() - job.since.getTime() < context.pace.closeWithinMs) {
    return { kind: 'retry', why: 'Loop has not closed the return yet' };
  }
  const said = known.kind === 'known' ? `it still says ${known.word ?? known.state}` : known.why;
  const why = `Loop accepted the request to process the return but has not closed it since ${job.since.toISOString()}; ${said}. Look at the return in Loop's admin and process it there if it waits, or retry to go on asking.`;
  return report(context, merchant, job, { kind: 'stepFailed', step: 'closing', why });
}

/** An end of the return, or that Loop has put it into review since; a word that is not known here tells nothing. */
function isNews(state: LoopState, before: LoopState | undefined): boolean {
  return hasEnded(state) || (state === 'review' && before !== 'review');
}
