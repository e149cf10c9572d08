import { isToldBeforeShown } from './parcels.ts';
import type { Receipt, ReceiptDates, Return } from './return.ts';

/**
 * MasonHub does not say that it opens a receipt again. Where it says later than its receipt that the RMA is not received,
 * nobody knows what comes of it: nothing is refunded until it says, or shows, that the RMA is received.
 */

/** Whether MasonHub has said, later than its receipt, that the return's own RMA is not received. */
export function isReceiptOpen({
  receipts,
  notReceivedAsOf,
}: Pick<Return, 'receipts' | 'notReceivedAsOf'>): boolean {
  const own = receipts.find(({ isBlind }) => !isBlind);
  if (own === undefined || notReceivedAsOf === null || isShownSince(own, notReceivedAsOf)) return false;
  const dated = [
    datePair(own.changedAt, notReceivedAsOf.changedAt),
    datePair(own.toldAt ?? own.shownAt, notReceivedAsOf.toldAt),
  ].flat();
  // Dates of two kinds are held against each other only where there are no two of one kind.
  const ofAnyKind = datePair(latestOf(own), latestOf(notReceivedAsOf));
  const comparable = [dated, ofAnyKind, datePair(own.receivedAt, notReceivedAsOf.receivedAt)].find(
    (pairs) => pairs.length > 0,
  );
  return comparable?.some(({ received, notReceived }) => received < notReceived) ?? false;
}

/** The facts once MasonHub has said that the RMA is not received. */
export function withNotReceived<Facts extends Pick<Return, 'notReceivedAsOf'>>(
  facts: Facts,
  asOf: ReceiptDates | undefined,
): Facts {
  if (asOf === undefined) return facts;
  const before = facts.notReceivedAsOf;
  const receivedAt = later(asOf.receivedAt, before?.receivedAt);
  const notReceivedAsOf = {
    changedAt: later(asOf.changedAt, before?.changedAt),
    toldAt: later(asOf.toldAt, before?.toldAt),
    ...(receivedAt === null ? {} : { receivedAt }),
  };
  return { ...facts, notReceivedAsOf };
}

/** The facts once MasonHub, asked, has shown the RMA as received. */
export function withShown<Facts extends Pick<Return, 'notReceivedAsOf'>>(
  facts: Facts,
  shown: Receipt,
): Facts {
  const { notReceivedAsOf } = facts;
  const isOver = notReceivedAsOf !== null && !shown.isBlind && isShownSince(shown, notReceivedAsOf);
  return isOver ? { ...facts, notReceivedAsOf: null } : facts;
}

/** Whether MasonHub was asked after it had said so, as far as its dates tell, and showed no record of before. */
function isShownSince(shown: Receipt, asOf: ReceiptDates): boolean {
  const isRecordOld = datePair(shown.changedAt, asOf.changedAt).some(
    ({ received, notReceived }) => received < notReceived,
  );
  const saidAt = latestOf(asOf);
  if (isRecordOld) return false;
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
