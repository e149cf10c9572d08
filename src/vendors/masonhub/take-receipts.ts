import type { Merchant } from '../../config/merchants.ts';
import { inTransaction } from '../../database/retry.ts';
import type { ReceiptEvent } from '../../returns/events.ts';
import { isSameParcel, isSameReceipt } from '../../returns/parcels.ts';
import { isNewWhereShown } from '../../returns/record-unread.ts';
import { withoutStored } from '../../returns-store/blind-parcels.ts';
import type { AwaitedReceipt } from '../../returns-store/known.ts';
import { takeBlindParcels } from '../../steps/blind-parcels.ts';
import { advanceReturns, advanceWithin, logAdvanced, type StepContext } from '../../steps/context.ts';
import type { ShownRmas } from './client.ts';
import { shownReceipt, shownUnread } from './receipts.ts';
import type { RmaRecord, UnreadRma } from './schemas.ts';
import { isReceived } from './words.ts';

/** What MasonHub shows, asked, of the RMAs that it has received: what is news of it goes to the returns. */

/** Returns that wait for a receipt, by the numbers of their RMAs. */
export type Awaited = ReadonlyMap<string, AwaitedReceipt>;

/**
 * @param askedAt before MasonHub was asked
 * @returns how many receipts there were of returns that wait for one, and that were not known
 */
export async function takeReceipts(
  context: StepContext,
  merchant: Merchant,
  records: readonly RmaRecord[],
  awaited: Awaited,
  askedAt: Date,
): Promise<number> {
  const happened = records.filter(isReceived).flatMap((record) => {
    const known = awaited.get(record.customer_identifier ?? '');
    if (known === undefined) return [];
    const { loopReturnId, receipts, receiptUnread } = known;
    const event = shownReceipt(record, askedAt);
    const isKnown =
      receiptUnread === null && receipts.some((one) => !one.isBlind && isSameReceipt(one, event.receipt));
    return [{ isKnown, loopReturnId, delivery: null, event: isKnown ? stillShown(event) : event }];
  });
  if (happened.length > 0) await advanceReturns(context, merchant, happened);
  return happened.filter(({ isKnown }) => !isKnown).length;
}

/** A callback of before, which comes late, is known by it. */
function stillShown({ receipt }: ReceiptEvent) {
  return { kind: 'receiptStillShown', receipt } as const;
}

/**
 * Of an RMA that is received and cannot be understood nothing is known but that there is a receipt: it goes the way of
 * a callback that cannot be.
 * @returns how many there were of returns that wait for one, and that say something new
 */
export async function takeUnread(
  context: StepContext,
  merchant: Merchant,
  records: readonly UnreadRma[],
  awaited: Awaited,
): Promise<number> {
  const happened = records.filter(isReceived).flatMap(({ rmaNumber, why, changedAt }) => {
    const known = awaited.get(rmaNumber ?? '');
    const shown = { changedAt };
    if (known === undefined || !isNewWhereShown(known, shown)) return [];
    const event = { kind: 'receiptUnread', why, shown } as const;
    return [{ loopReturnId: known.loopReturnId, delivery: null, event }];
  });
  if (happened.length > 0) await advanceReturns(context, merchant, happened);
  return happened.length;
}

/**
 * Parcels without an RMA are among those that MasonHub has received.
 * @param askedAt before MasonHub was asked
 * @returns how many of them were news
 */
export async function takeBlind(
  context: StepContext,
  merchant: Merchant,
  { rmas, unread }: Pick<ShownRmas, 'rmas' | 'unread'>,
  awaited: Awaited,
  askedAt: Date,
): Promise<number> {
  const read = rmas
    .filter((record) => (record.customer_identifier ?? null) === null && isReceived(record))
    .map((record) => shownReceipt(record, askedAt));
  const unreadable = unread
    .filter((record) => record.rmaNumber === null && isReceived(record))
    .filter(({ masonHubId, packageId }) => masonHubId !== null || packageId !== null)
    .map((record) => shownUnread(record, askedAt));
  const shown = [...read, ...unreadable];
  const receipts = await withoutStored(
    context.db,
    merchant.slug,
    shown.map(({ receipt }) => receipt),
  );
  const events = shown.filter(({ receipt }) => receipts.includes(receipt));
  if (events.length > 0) await takeReceiptEvents(context, merchant, null, events);
  const known = shown.filter((event) => !events.includes(event)).map(stillShown);
  const again = [...awaited.values()].flatMap(({ loopReturnId, receipts: theirs }) =>
    known
      .filter(({ receipt }) => theirs.some((one) => one.isBlind && isSameParcel(one, receipt)))
      .map((event) => ({ loopReturnId, delivery: null, event })),
  );
  if (again.length > 0) await advanceReturns(context, merchant, again);
  return events.length;
}

/**
 * What MasonHub shows of RMAs: of a return's own, and of parcels without one, by whichever number is on them by now.
 * @param loopReturnId the return whose own RMA is among them; null where it is not
 */
export async function takeReceiptEvents(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string | null,
  events: readonly ReceiptEvent[],
): Promise<void> {
  const own = events
    .filter(({ receipt }) => !receipt.isBlind)
    .flatMap((event) => (loopReturnId === null ? [] : [{ loopReturnId, delivery: null, event }]));
  const news = events.filter(({ receipt }) => receipt.isBlind).map((blind) => ({ blind, delivery: null }));
  if (news.length === 0) return advanceReturns(context, merchant, own);
  const advanced = await inTransaction(context.db, 'throw', async (trx) => {
    const others = own.map((one) => one.loopReturnId);
    const counted = await takeBlindParcels(trx, merchant, news, others, context.now());
    return advanceWithin(context, trx, merchant, [...own, ...[...counted.values()].flat()]);
  });
  logAdvanced(context, merchant.slug, advanced);
}
