import type { Merchant, Merchants } from '../../config/merchants.ts';
import { takingAnyOf } from '../../config/shared-shops.ts';
import type { StepEvent } from '../../returns/events.ts';
import { otherDestinations } from '../../returns/rma.ts';
import { readFacts, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';

/**
 * Why a refund that was decided must not leave, as the merchants file is by now.
 * @returns null where nothing stands against it
 */
export async function whyNoRefund(
  context: StepContext,
  merchant: Merchant,
  merchants: Merchants,
  job: StepJob,
): Promise<StepEvent | null> {
  if (!merchant.refunds) return notEnabled;
  // Where no other merchant could be concerned, the return need not be read.
  if (takingAnyOf(null, merchant, merchants.values()).length === 0) return null;
  const elsewhere = otherDestinations(await readFacts(context, merchant, job), merchant);
  const others = elsewhere.length === 0 ? [] : takingAnyOf(elsewhere, merchant, merchants.values());
  return others.length === 0 ? null : { kind: 'stepFailed', step: 'message', why: alsoOf(others) };
}

function alsoOf(others: readonly string[]): string {
  const names = others.join(' and ');
  return `The receipt was good, and the return has items for ${names} of the merchants file as well. Loop refunds a return as a whole, and ${names} may ask for that too, so nothing was sent. Once everything has come, process the return in Loop.`;
}

const notEnabled: StepEvent = {
  kind: 'stepFailed',
  step: 'message',
  why: 'The receipt was good and the refund message was on its way when the merchants file came to say `refunds: false`, so it was not sent. Process the return in Loop, or retry once refunds are enabled again.',
};
