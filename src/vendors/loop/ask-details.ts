import type { Merchant } from '../../config/merchants.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import type { LoopFacts } from '../../returns/loop-facts.ts';
import { isEnough } from '../../returns/told.ts';
import { sentence } from '../../returns/words.ts';
import { done, readFacts, report, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTry } from '../../steps/wait-while-paused.ts';
import type { ReturnRecord } from './schemas.ts';
import { warehouseApi } from './warehouse-api.ts';
import { returnEvent } from './webhooks.ts';

/**
 * Asks Loop for a return of which something was not understood, its line items or a state whose word is not known here, or
 * whose items only a report has shown, while a refund waits for it. At once, then less and less often, for a day.
 */
export async function askDetails(context: StepContext, merchant: Merchant, job: StepJob): Promise<StepTry> {
  const facts = await readFacts(context, merchant, job);
  if (facts.loop === null || !dueSteps(facts).includes('details')) return done;
  const call = context.connections.callAs({ merchant: merchant.slug, vendor: 'loop' }, 'message');
  const answer = await warehouseApi(merchant, call).details(job.loopReturnId);
  if (answer.kind === 'paused') return notNow(answer);
  const event = answer.kind === 'details' ? returnEvent(answer.record, 'details.told', 'answer') : null;
  // Details need not show items: then those of the report are all that there is to know.
  const isOfReport = facts.loop.itemsFrom === 'report';
  const areItemsShown = answer.kind === 'details' && showsItems(answer.record);
  if (event !== null && isEnough(event.facts, facts.loop) && (areItemsShown || !isOfReport)) {
    return report(context, merchant, job, event);
  }
  const isMoreShown = areItemsShown || (event !== null && coversOthers(event.facts, facts.loop));
  const isStateEnough = facts.loop.unread === null && !(isOfReport && isMoreShown);
  if (event !== null && isStateEnough && event.facts.state !== 'unknown') {
    return report(context, merchant, job, { kind: 'stateTold', state: event.facts.state, word: null });
  }
  const said = answer.kind === 'details' ? 'Asked, it told no more' : answer.why;
  if (context.now().getTime() - job.since.getTime() < context.pace.closeWithinMs) {
    return { kind: 'retry', why: said };
  }
  const why = `${whyAsked(facts.loop)} ${sentence(said)} Nothing was sent; look at the return in Loop's admin and decide there, or retry to ask Loop again.`;
  return report(context, merchant, job, { kind: 'stepFailed', step: 'details', why });
}

function showsItems({ line_items: shown }: ReturnRecord): boolean {
  return shown !== undefined && shown !== null && !(Array.isArray(shown) && shown.length === 0);
}

/** Whether labels are for items that no list has shown. */
function coversOthers({ labels }: LoopFacts, { items }: LoopFacts): boolean {
  const ids = new Set(items.map(({ lineItemId }) => lineItemId));
  return labels.some(({ lineItemIds }) => lineItemIds.some((id) => !ids.has(id)));
}

function whyAsked({ unread, state, stateWord }: LoopFacts): string {
  if (unread === null && state !== 'unknown') {
    return "Loop has shown the return's items in its report of packages alone, which need not have all of them.";
  }
  const what = unread ?? `state: ${stateWord ?? 'not told'}`;
  return `Loop told something of the return that could not be understood (${what}).`;
}
