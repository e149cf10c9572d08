import type { Merchant } from '../../config/merchants.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import { isEnough } from '../../returns/told.ts';
import { done, readFacts, report, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTry } from '../../steps/wait-while-paused.ts';
import { warehouseApi } from './warehouse-api.ts';
import { returnEvent } from './webhooks.ts';

/**
 * Asks Loop for a return of which something was not understood: its line items, or a state whose word is not
 * known here while a refund waits for it. At once, then less and less often, for a day.
 */
export async function askDetails(context: StepContext, merchant: Merchant, job: StepJob): Promise<StepTry> {
  const facts = await readFacts(context, merchant, job);
  if (facts.loop === null || !dueSteps(facts).includes('details')) return done;
  const call = context.connections.callAs({ merchant: merchant.slug, vendor: 'loop' }, 'message');
  const answer = await warehouseApi(merchant, call).details(job.loopReturnId);
  if (answer.kind === 'paused') return notNow(answer);
  const event = answer.kind === 'details' ? returnEvent(answer.record, 'details.told', 'answer') : null;
  if (event !== null && isEnough(event.facts, facts.loop)) return report(context, merchant, job, event);
  if (event !== null && facts.loop.unread === null && event.facts.state !== 'unknown') {
    return report(context, merchant, job, { kind: 'stateTold', state: event.facts.state, word: null });
  }
  const asked = facts.loop.unread ?? `state: ${facts.loop.stateWord ?? 'not told'}`;
  const said = answer.kind === 'details' ? 'Asked, it told no more' : answer.why;
  if (context.now().getTime() - job.since.getTime() < context.pace.closeWithinMs) {
    return { kind: 'retry', why: said };
  }
  const why = `Loop told something of the return that could not be understood (${asked}). ${said}. Nothing was sent; look at the return in Loop's admin and decide there, or retry to ask Loop again.`;
  return report(context, merchant, job, { kind: 'stepFailed', step: 'details', why });
}
