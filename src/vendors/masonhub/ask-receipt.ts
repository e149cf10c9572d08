import type { Merchant } from '../../config/merchants.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import { isOlder, isSameParcel } from '../../returns/parcels.ts';
import type { Return } from '../../returns/return.ts';
import { receiptsToAsk } from '../../returns/ruling.ts';
import { done, readFacts, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';
import { notNow, type StepTry } from '../../steps/wait-while-paused.ts';
import type { MasonHubClient } from './client.ts';
import { recordOf } from './compare.ts';
import { shownReceipt } from './receipts.ts';
import type { RmaRecord } from './schemas.ts';
import { takeReceiptEvents } from './take-receipts.ts';
import { isReceived } from './words.ts';

const cannotBeAskedFor =
  'MasonHub sent a receipt that says too little, and without the id of its RMA, so that it cannot be asked for more';

/**
 * Asks MasonHub for the RMAs whose receipts could not be understood, or say no more than what was asked for: the
 * return's own, and those that MasonHub made for parcels without one.
 */
export async function askReceipt(
  context: StepContext,
  merchant: Merchant,
  client: MasonHubClient,
  job: StepJob,
): Promise<StepTry> {
  const facts = await readFacts(context, merchant, job);
  if (!dueSteps(facts).includes('receipt')) return done;
  const unread = facts.receipts.filter((one) => one.unread !== undefined);
  const { isOwnAsked, ids } = whatToAsk(facts);
  if (!isOwnAsked && ids.length === 0) return { kind: 'retry', why: cannotBeAskedFor };
  const askedAt = context.now();
  const own = isOwnAsked ? await client.findRmas([facts]) : nothingAsked;
  if (own.kind !== 'found') return notNow(own);
  const blind = ids.length > 0 ? await client.findRmasById(ids, [facts]) : nothingAsked;
  if (blind.kind !== 'found') return notNow(blind);
  const shown = [
    ...[recordOf(own.rmas, facts.rmaNumber)].filter((record) => record !== undefined),
    // One that has come to have a number is not a box without an RMA any more.
    ...blind.rmas.filter(
      ({ id, customer_identifier: number }) => number == null && id !== null && ids.includes(id),
    ),
  ];
  const events = shown
    .filter(isReceived)
    .map((record) => shownReceipt(record, askedAt))
    .filter(({ receipt }) => !unread.some((one) => isSameParcel(one, receipt) && isOlder(receipt, one)));
  if (events.length === 0) {
    const said = whatIsShown(shown);
    const sent =
      facts.receiptUnread === null && unread.length === 0
        ? 'MasonHub sent a receipt that says no more than what was asked for'
        : 'MasonHub sent a receipt that could not be understood';
    return { kind: 'retry', why: `${sent}; asked, it ${said}` };
  }
  await takeReceiptEvents(context, merchant, facts.loopReturnId, events);
  return done;
}

const nothingAsked = { kind: 'found', rmas: [] } as const;

/** `ids`: those that MasonHub gave to boxes without an RMA. */
function whatToAsk(facts: Return): { isOwnAsked: boolean; ids: string[] } {
  if (facts.receiptUnread !== null) return { isOwnAsked: true, ids: [] };
  const asked = receiptsToAsk(facts);
  const ids = asked.flatMap(({ isBlind, masonHubId }) =>
    isBlind && masonHubId !== null ? [masonHubId] : [],
  );
  return { isOwnAsked: asked.some(({ isBlind }) => !isBlind), ids };
}

/** Why none of what MasonHub shows is an answer. */
function whatIsShown([first]: readonly RmaRecord[]): string {
  if (first === undefined) return 'shows no such RMA that can be read';
  return isReceived(first) ? 'shows a receipt of before' : `says that the RMA is ${first.status}`;
}
