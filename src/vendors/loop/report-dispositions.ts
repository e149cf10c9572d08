import type { Merchant } from '../../config/merchants.ts';
import { dispositionsOf } from '../../returns/dispositions.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import { itemsOnRma } from '../../returns/rma.ts';
import { receiptsOfNow } from '../../returns/ruling.ts';
import { done, readFacts, report, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTry } from '../../steps/wait-while-paused.ts';
import type { LoopClient } from './client.ts';

/** Loop takes 30 items at most in one request. */
const largestReport = 30;

/**
 * Tells Loop what became of each item. It is a service to the merchant's stock keeping: where it fails,
 * that is written down, and neither the refund nor the flag waits for it.
 */
export async function reportDispositions(
  context: StepContext,
  merchant: Merchant,
  client: LoopClient,
  job: StepJob,
): Promise<StepTry> {
  const facts = await readFacts(context, merchant, job);
  if (!dueSteps(facts).includes('dispositions') || facts.receipts.length === 0) return done;
  const items = dispositionsOf(itemsOnRma(facts, merchant), receiptsOfNow(facts));
  for (let from = 0; from < items.length; from += largestReport) {
    const answer = await client.assess(
      job.loopReturnId,
      items.slice(from, from + largestReport),
      context.now(),
    );
    if (answer.kind === 'done') continue;
    if (answer.kind === 'paused') return notNow(answer);
    const isLastTry = job.attempt >= context.pace.tries;
    if (answer.kind !== 'refused' && !isLastTry) return { kind: 'retry', why: answer.why };
    return report(context, merchant, job, { kind: 'dispositionsFailed', why: answer.why });
  }
  return report(context, merchant, job, { kind: 'dispositionsReported', count: items.length });
}
