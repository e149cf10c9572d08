import type { Merchant } from '../config/merchants.ts';
import type { Source } from '../inbox/delivery.ts';
import { pollLoop } from '../vendors/loop/poll.ts';
import { pollMasonHub } from '../vendors/masonhub/poll.ts';
import type { StepContext } from './context.ts';
import { PollFailed } from './poll-failed.ts';

/**
 * Asks one vendor of a merchant for what its messages have missed.
 * @throws PollFailed where the vendor did not answer; the queue tries it again
 */
export async function poll(context: StepContext, merchant: Merchant, source: Source): Promise<void> {
  try {
    if (source === 'loop') await pollLoop(context, merchant);
    else await pollMasonHub(context, merchant);
  } catch (error) {
    const why = error instanceof PollFailed ? error.message : 'a defect';
    context.log.warn({ merchant: merchant.slug, source, why, err: error }, 'a poll could not be finished');
    throw error;
  }
}
