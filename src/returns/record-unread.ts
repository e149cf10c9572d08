import type { UnknownStatusEvent, UnreadReceiptEvent } from './events.ts';
import { isReceiptOpen, withNotReceived } from './open-receipt.ts';
import { ownReceipt } from './own-parcel.ts';
import { datesOf, isChangedSince, isOlder } from './parcels.ts';
import { saidAfterReceipt } from './record-receiving.ts';
import { noted, type Recorded } from './recorded.ts';
import type { ReceiptDates, Return } from './return.ts';
import { sentence } from './words.ts';

/** What MasonHub says of a return's RMA and is not understood, noted. */

/**
 * Notes a receipt of the RMA that could not be understood. MasonHub shows it at every poll, and goes on showing it when
 * a callback has long told what was in it: then it is nothing new.
 */
export function recordUnread(
  before: Return,
  { why, asOf, shown }: UnreadReceiptEvent,
  withParcel: (facts: Return) => Return,
): Recorded {
  if (shown !== undefined && !isNewWhereShown(before, shown)) return { after: before, timeline: [] };
  const dates = asOf ?? { changedAt: shown?.changedAt ?? null, toldAt: null };
  const own = ownReceipt(before);
  if (own !== undefined && isOlder(dates, own)) {
    return noted(
      before,
      'receipt.unread',
      `${sentence(why)} It is of before what is known, and came late: nothing changed.`,
    );
  }
  const receiptUnreadAsOf = latestOf(dates, before.receiptUnreadAsOf);
  const after = withParcel({ ...before, stage: 'receiving', receiptUnread: why, receiptUnreadAsOf });
  return noted(after, 'receipt.unread', why);
}

function latestOf(dates: ReceiptDates, earlier: ReceiptDates | null): ReceiptDates {
  if (earlier === null) return dates;
  return isOlder(dates, earlier) ? earlier : datesOf(dates, earlier);
}

/** Whether there is something in such a receipt, where MasonHub was asked, that is not known of the return yet. */
export function isNewWhereShown(
  { receipts, receiptUnread }: Pick<Return, 'receipts' | 'receiptUnread'>,
  { changedAt }: NonNullable<UnreadReceiptEvent['shown']>,
): boolean {
  if (receiptUnread !== null) return false;
  const own = ownReceipt({ receipts });
  return own === undefined || isChangedSince(own, { changedAt });
}

/**
 * A status that is not known here. Where units come with it, the parcel is being received: until its receipt comes
 * nothing moves, and one that stands too long is listed.
 */
export function recordUnknownStatus(
  facts: Return,
  { status, countsUnits, asOf }: UnknownStatusEvent,
  withParcel: (facts: Return) => Return,
): Recorded {
  const what = `MasonHub's status ${JSON.stringify(status)} is not known here.`;
  if (!countsUnits) return noted(facts, 'warehouse.unknown', what);
  const after = withNotReceived(withParcel({ ...facts, stage: 'receiving' }), asOf);
  const then = isReceiptOpen(after)
    ? saidAfterReceipt
    : 'It comes with what was received; the receipt itself is waited for.';
  return noted(after, 'warehouse.unknown', `${what} ${then}`);
}
