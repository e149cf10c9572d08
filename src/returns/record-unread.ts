import type { ReceivingEvent, UnknownStatusEvent, UnreadReceiptEvent } from './events.ts';
import { datesOf, isChangedSince, isOlder } from './parcels.ts';
import { noted, type Recorded } from './recorded.ts';
import { isRefundOpen, type ReceiptDates, type Return } from './return.ts';

/** What MasonHub says of a return's RMA before it is received, and what it says and is not understood, noted. */

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
  const own = receipts.find(({ isBlind }) => !isBlind);
  return own === undefined || isChangedSince(own, { changedAt });
}

/** Notes that the parcel of the RMA is at the dock. */
export function recordReceiving(
  facts: Return,
  { stage, asOf }: ReceivingEvent,
  withParcel: (facts: Return) => Return,
): Recorded {
  const doubt = doubtOf(facts, asOf);
  const after = withParcel({ ...facts, stage: 'receiving', ...doubt });
  return noted(after, `warehouse.${stage}`, doubt === null ? null : saidAfterReceipt);
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
  const doubt = doubtOf(facts, asOf);
  const then =
    doubt === null
      ? 'It comes with what was received; the receipt itself is waited for.'
      : `${saidAfterReceipt} MasonHub is asked.`;
  const after = withParcel({ ...facts, stage: 'receiving', ...doubt });
  return noted(after, 'warehouse.unknown', `${what} ${then}`);
}

const saidAfterReceipt = 'The receipt of the RMA is of before.';

/**
 * MasonHub does not say that it opens a receipt again. Where it says later than its receipt that the RMA is not received,
 * no refund goes out on that receipt before MasonHub was asked. What comes late, or has no date, is of before.
 */
function doubtOf(
  facts: Return,
  asOf: ReceiptDates | undefined,
): Pick<Return, 'receiptUnread' | 'receiptUnreadAsOf'> | null {
  const own = facts.receipts.find(({ isBlind }) => !isBlind);
  if (asOf === undefined || own === undefined || !isOlder(own, asOf)) return null;
  if (facts.outcome !== null && !isRefundOpen(facts)) return null;
  const why = facts.receiptUnread ?? 'MasonHub says later that the RMA is not received';
  return { receiptUnread: why, receiptUnreadAsOf: latestOf(asOf, facts.receiptUnreadAsOf) };
}
