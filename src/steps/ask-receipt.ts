import type { Merchant } from '../config/merchants.ts';
import { receiptOf } from '../masonhub/callbacks.ts';
import type { MasonHubClient } from '../masonhub/client.ts';
import { recordOf } from '../masonhub/compare.ts';
import { dueSteps } from '../returns/lifecycle.ts';
import { advanceReturns, done, readFacts, type StepContext } from './context.ts';
import { notNow, type StepTry } from './hold.ts';
import type { StepJob } from './queues.ts';

/** Asks MasonHub for an RMA whose receipt could not be understood, or says no more than what was asked for. */
export async function askReceipt(
  context: StepContext,
  merchant: Merchant,
  client: MasonHubClient,
  job: StepJob,
): Promise<StepTry> {
  const { loopReturnId } = job;
  const facts = await readFacts(context, merchant, job);
  if (!dueSteps(facts).includes('receipt')) return done;
  const found = await client.findRmas([loopReturnId]);
  if (found.kind !== 'found') return notNow(found);
  const held = recordOf(found.rmas, loopReturnId);
  if (held?.status !== 'received') {
    const said =
      held === undefined ? 'shows no such RMA that can be read' : `says that the RMA is ${held.status}`;
    const asked =
      facts.receiptUnread === null
        ? 'MasonHub sent a receipt that says no more than what was asked for'
        : 'MasonHub sent a receipt that could not be understood';
    return { kind: 'again', why: `${asked}; asked, it ${said}` };
  }
  const event = receiptOf(held, 'receipt.pulled');
  await advanceReturns(context, merchant, [{ loopReturnId, delivery: null, event }]);
  return done;
}
