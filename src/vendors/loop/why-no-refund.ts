import type { Merchant, Merchants } from '../../config/merchants.ts';
import { ofSameShop } from '../../config/shared-shops.ts';
import type { StepEvent } from '../../returns/events.ts';
import { uncheckedOf } from '../../returns/rma.ts';
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
  const others = ofSameShop(merchant, merchants.values()).map(({ slug }) => slug);
  if (others.length === 0 || uncheckedOf(await readFacts(context, merchant, job)).elsewhere === 0)
    return null;
  return { kind: 'stepFailed', step: 'message', why: alsoOf(others) };
}

/** Loop refunds a return as a whole, and each entry would ask for that. */
function alsoOf(others: readonly string[]): string {
  return `The receipt was good, and the return has items for another destination as well. The merchants file has the same shop in Loop under ${others.join(', ')} too, which may ask for a refund of the whole return, so nothing was sent. Once everything has come, process the return in Loop.`;
}

const notEnabled: StepEvent = {
  kind: 'stepFailed',
  step: 'message',
  why: 'The receipt was good and the refund message was on its way when the merchants file came to say `refunds: false`, so it was not sent. Process the return in Loop, or retry once refunds are enabled again.',
};
