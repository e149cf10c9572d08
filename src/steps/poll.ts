import type { Merchant } from '../config/merchants.ts';
import type { StepContext } from './context.ts';
import { PollFailed } from './poll-failed.ts';
import type { VendorWithSteps } from './vendor.ts';

/**
 * Asks one vendor of a merchant for what its messages have missed.
 * @throws PollFailed where the vendor did not answer; the queue tries it again
 */
export async function poll(
  context: StepContext,
  merchant: Merchant,
  { name: source, pull }: Pick<VendorWithSteps, 'name' | 'pull'>,
): Promise<void> {
  try {
    await pull(context, merchant);
  } catch (error) {
    const why = error instanceof PollFailed ? error.message : 'a defect';
    context.log.warn({ merchant: merchant.slug, source, why, err: error }, 'a poll could not be finished');
    throw error;
  }
}
