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
    datePair(own.changedAt ?? own.shownAt, notReceivedAsOf.changedAt),
    datePair(own.toldAt ?? own.shownAt, notReceivedAsOf.toldAt),
  ].flat();
  const comparable = dated.length > 0 ? dated : datePair(own.receivedAt, notReceivedAsOf.receivedAt);
  return comparable.some(({ received, notReceived }) => received < notReceived);
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

/** Whether MasonHub was asked after it had said so, as far as its dates tell. */
function isShownSince(shown: Receipt, { changedAt, toldAt }: ReceiptDates): boolean {
  const saidAt = later(changedAt, toldAt);
  if (saidAt === null) return shown.shownAt !== undefined;
  return isToldBeforeShown({ changedAt: null, toldAt: saidAt }, shown);
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
