import type { Merchant } from '../../config/merchants.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import { isOlder, isSameParcel } from '../../returns/parcels.ts';
import { advanceReturns, done, readFacts, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTry } from '../../steps/wait-while-paused.ts';
import { receiptOf } from './callbacks.ts';
import type { MasonHubClient } from './client.ts';
import { recordOf } from './compare.ts';
import type { RmaRecord } from './schemas.ts';
import { takeBlindEvents } from './take-receipts.ts';
import { isReceived } from './words.ts';

const cannotBeAskedFor =
  'MasonHub sent a receipt that says too little, and without the id of its RMA, so that it cannot be asked for more';

/**
 * Asks MasonHub for an RMA whose receipt could not be understood, or says no more than what was asked for. Where all
 * has come in parcels without an RMA, it is asked for those that it made for them.
 */
export async function askReceipt(
  context: StepContext,
  merchant: Merchant,
  client: MasonHubClient,
  job: StepJob,
): Promise<StepTry> {
  const facts = await readFacts(context, merchant, job);
  if (!dueSteps(facts).includes('receipt')) return done;
  const { loopReturnId, rmaNumber } = facts;
  const unread = facts.receipts.filter((one) => one.unread !== undefined);
  const isAllBlind = facts.receipts.every(({ isBlind }) => isBlind);
  const isOfOwnRma = facts.receiptUnread !== null || (unread.length === 0 && !isAllBlind);
  const asked = unread.length > 0 ? unread : facts.receipts;
  const ids = asked.flatMap(({ masonHubId }) => masonHubId ?? []);
  if (!isOfOwnRma && ids.length === 0) return { kind: 'retry', why: cannotBeAskedFor };
  const found = isOfOwnRma ? await client.findRmas([facts]) : await client.findRmasById(ids, [facts]);
  if (found.kind !== 'found') return notNow(found);
  const shown = isOfOwnRma
    ? [recordOf(found.rmas, rmaNumber)].filter((record) => record !== undefined)
    : found.rmas.filter(({ id }) => id !== null && ids.includes(id));
  const events = shown
    .filter(isReceived)
    .map((record) => receiptOf(record, 'receipt.pulled'))
    .filter(({ receipt }) => !unread.some((one) => isSameParcel(one, receipt) && isOlder(receipt, one)));
  if (events.length === 0) {
    const said = whatIsShown(shown);
    const sent =
      facts.receiptUnread === null && unread.length === 0
        ? 'MasonHub sent a receipt that says no more than what was asked for'
        : 'MasonHub sent a receipt that could not be understood';
    return { kind: 'retry', why: `${sent}; asked, it ${said}` };
  }
  if (isOfOwnRma) {
    const happened = events.map((event) => ({ loopReturnId, delivery: null, event }));
    await advanceReturns(context, merchant, happened);
  } else {
    await takeBlindEvents(context, merchant, events);
  }
  return done;
}

/** Why none of what MasonHub shows is an answer. */
function whatIsShown([first]: readonly RmaRecord[]): string {
  if (first === undefined) return 'shows no such RMA that can be read';
  return isReceived(first) ? 'shows a receipt of before' : `says that the RMA is ${first.status}`;
}
