import { ownReceipt } from './own-parcel.ts';
import { isToldBeforeShown } from './parcels.ts';
import type { Receipt, ReceiptDates, Return } from './return.ts';

/**
 * MasonHub does not say that it opens a receipt again. Where it says after its receipt, and as of later, that the RMA is
 * not received, nobody knows what comes of it: nothing is refunded until it says, or shows, that the RMA is received.
 */

/** Whether MasonHub has said, later than its receipt, that the return's own RMA is not received. */
export function isReceiptOpen(facts: Pick<Return, 'receipts'>): boolean {
  const own = ownReceipt(facts);
  const notReceived = own?.notReceivedAsOf;
  if (own === undefined || notReceived === undefined || isShownSince(own, notReceived)) return false;
  const dated = [
    datePair(own.changedAt, notReceived.changedAt),
    datePair(own.toldAt ?? own.shownAt, notReceived.toldAt),
  ].flat();
  // Dates of two kinds are held against each other only where there are no two of one kind.
  const ofAnyKind = datePair(latestOf(own), latestOf(notReceived));
  const comparable = [dated, ofAnyKind, datePair(own.receivedAt, notReceived.receivedAt)].find(
    (pairs) => pairs.length > 0,
  );
  return comparable?.some(({ received, notReceived }) => received < notReceived) ?? false;
}

/**
 * The facts once MasonHub has said that the RMA is not received. What it says before it tells of a receipt is of before,
 * whatever its date: its examples are dated in several time zones.
 */
export function withNotReceived<Facts extends Pick<Return, 'receipts'>>(
  facts: Facts,
  asOf: ReceiptDates | undefined,
): Facts {
  if (asOf === undefined) return facts;
  const receipts = facts.receipts.map((one) =>
    one.isBlind ? one : { ...one, notReceivedAsOf: latestOfEach(asOf, one.notReceivedAsOf) },
  );
  return { ...facts, receipts };
}

/** A receipt that takes the place of another one is held against what MasonHub has said since that one. */
export function withDoubtOf(receipt: Receipt, { notReceivedAsOf }: Receipt): Receipt {
  return notReceivedAsOf === undefined ? receipt : { ...receipt, notReceivedAsOf };
}

/** The facts once MasonHub, asked, has shown the RMA as received. */
export function withShown<Facts extends Pick<Return, 'receipts'>>(facts: Facts, shown: Receipt): Facts {
  const isAnswered = ({ notReceivedAsOf, isBlind }: Receipt) =>
    !isBlind && !shown.isBlind && notReceivedAsOf !== undefined && isShownSince(shown, notReceivedAsOf);
  if (!facts.receipts.some(isAnswered)) return facts;
  const receipts = facts.receipts.map((one) => {
    const { notReceivedAsOf: _, ...answered } = one;
    return isAnswered(one) ? answered : one;
  });
  return { ...facts, receipts };
}

function latestOfEach(one: ReceiptDates, other: ReceiptDates | undefined): ReceiptDates {
  const receivedAt = later(one.receivedAt, other?.receivedAt);
  return {
    changedAt: later(one.changedAt, other?.changedAt),
    toldAt: later(one.toldAt, other?.toldAt),
    ...(receivedAt === null ? {} : { receivedAt }),
  };
}

/** Whether MasonHub was asked after it had said so, as far as its dates tell, and showed no record of before. */
function isShownSince(shown: Receipt, asOf: ReceiptDates): boolean {
  const isRecordOld = datePair(shown.changedAt, asOf.changedAt).some(
    ({ received, notReceived }) => received < notReceived,
  );
  if (isRecordOld) return false;
  const saidAt = latestOf(asOf);
  if (saidAt === null) return shown.shownAt !== undefined;
  return isToldBeforeShown({ changedAt: null, toldAt: saidAt }, shown);
}

function latestOf({ changedAt, toldAt, shownAt }: ReceiptDates & Pick<Receipt, 'shownAt'>): string | null {
  return later(later(changedAt, toldAt), shownAt);
}

type MaybeDate = string | null | undefined;

/** Two dates of one kind, to the second: some of MasonHub's have no more. None where one of them is not known. */
function datePair(received: MaybeDate, notReceived: MaybeDate): { received: string; notReceived: string }[] {
  if (received == null || notReceived == null) return [];
  return [{ received: toTheSecond(received), notReceived: toTheSecond(notReceived) }];
}

function toTheSecond(date: string): string {
  return date.slice(0, '2026-03-04T10:00:00'.length);
}

function later(one: MaybeDate, other: MaybeDate): string | null {
  if (one == null || other == null) return one ?? other ?? null;
  return one < other ? other : one;
}
