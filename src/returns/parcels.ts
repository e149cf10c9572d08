import { isDeepStrictEqual } from 'node:util';
import { labelsFor } from './labels.ts';
import type { ReturnItem } from './loop-facts.ts';
import { matchSkus } from './match-skus.ts';
import { askedRma, isOwnParcelAtTheDock } from './own-parcel.ts';
import type { Verdict } from './receipt.ts';
import type { Receipt, ReceiptDates, Return } from './return.ts';

/** The parcels of a return: which receipt is of which, and which of them can still come. */

/**
 * Whether two receipts are of one parcel. The RMA that this service opened is received once; parcels that came
 * without one are told apart by MasonHub's id, or by what is on the box.
 */
export function isSameParcel(one: Receipt, other: Receipt): boolean {
  if (one.masonHubId !== null && one.masonHubId === other.masonHubId) return true;
  if (!one.isBlind && !other.isBlind) return true;
  if (one.isBlind !== other.isBlind) return false;
  const canTell = one.masonHubId !== null && other.masonHubId !== null;
  return !canTell && one.packageId !== null && plain(one.packageId) === plain(other.packageId ?? '');
}

/** A parcel without an RMA of which it is not known what came, if there is one. */
export function unreadParcel(receipts: readonly Receipt[]): Receipt | undefined {
  return receipts.find(({ unread }) => unread !== undefined);
}

/** What counts is which units came and how; the order of lines, and the warehouse's words, do not. */
export function isSameReceipt(one: Receipt, other: Receipt): boolean {
  const inOrder = (receipt: Receipt) =>
    receipt.lines
      .map(({ sku, onRma, counted, detailed, received }) => {
        const parts = received.map((part) => JSON.stringify([part.disposition, part.units]));
        return JSON.stringify([sku, onRma, counted, detailed, parts.sort()]);
      })
      .sort();
  const isRead = ({ unread }: Receipt) => unread === undefined;
  return isRead(one) === isRead(other) && isDeepStrictEqual(inOrder(one), inOrder(other));
}

type ShownDates = ReceiptDates & Pick<Receipt, 'shownAt'>;

/**
 * Whether one receipt of a parcel is of before the other. Callbacks are repeated for hours: one of before can come
 * after what took its place.
 */
export function isOlder(one: ShownDates, other: ShownDates): boolean {
  const isBefore = (date: string | null, otherDate: string | null) =>
    date !== null && otherDate !== null && date < otherDate;
  // The dates of records and those of messages are not of one kind. Whether that of a record moves with each receipt is
  // not published: where it is the same, the messages tell.
  const areRecordsDated = one.changedAt !== null && other.changedAt !== null;
  if (areRecordsDated && one.changedAt !== other.changedAt) return isBefore(one.changedAt, other.changedAt);
  // A receipt that was both told and shown has the date of the telling as well, and holds as of the showing.
  if (isToldBeforeShown(one, other)) return true;
  if (one.toldAt !== null && other.toldAt !== null && one.toldAt !== other.toldAt) {
    return isBefore(one.toldAt, other.toldAt) && !isToldBeforeShown(other, one);
  }
  // MasonHub's first version of a callback has no other date. What is shown, asked, is not of before whatever it says.
  return one.shownAt === undefined && isBefore(one.receivedAt ?? null, other.receivedAt ?? null);
}

/** Whether MasonHub says itself that it has changed its record since. */
export function isChangedSince(before: Pick<Receipt, 'changedAt'>, now: Pick<Receipt, 'changedAt'>): boolean {
  return before.changedAt !== null && now.changedAt !== null && before.changedAt < now.changedAt;
}

/** MasonHub dates its messages by its own clock. */
const clocksDifferByMs = 30_000;

/** Whether MasonHub, asked after it had told the one, has shown the other. */
export function isToldBeforeShown({ toldAt }: ShownDates, { shownAt }: ShownDates): boolean {
  if (toldAt === null || shownAt === undefined) return false;
  return Date.parse(toldAt) < Date.parse(shownAt) - clocksDifferByMs;
}

/** A receipt that takes the place of another one, or says the same, is no older than that one was, whether or not it says so. */
export function withDatesOf(receipt: Receipt, earlier: Receipt): Receipt {
  return { ...receipt, ...datesOf(receipt, earlier) };
}

/** The dates of a receipt, and where it has none, those of the one before. */
export function datesOf(receipt: ShownDates, earlier: ShownDates): ShownDates {
  const receivedAt = receipt.receivedAt ?? earlier.receivedAt;
  const shownAt = receipt.shownAt ?? earlier.shownAt;
  return {
    changedAt: receipt.changedAt ?? earlier.changedAt,
    toldAt: receipt.toldAt ?? earlier.toldAt,
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(shownAt === undefined ? {} : { shownAt }),
  };
}

/** The package id under which one box was received twice, such as with its RMA and without; null where there is none. */
export function parcelSeenTwice({ receipts, confirmed }: Return): string | null {
  const ids = receipts.map((one) => one.packageId ?? (one.isBlind ? null : (confirmed?.packageId ?? null)));
  const written = ids.map((id) => id && plain(id));
  return ids.find((id, index) => id !== null && written.indexOf(plain(id)) !== index) ?? null;
}

/** Docks write the letters of a number in either case. */
export function plain(number: string): string {
  return number.toLowerCase();
}

/**
 * The tracking number of another parcel that can bring what is missing. That of the RMA itself can while it is at
 * the dock and not received; any other has a label in use that covers a missing item, and has not been received.
 * A label that was only made anew for what has come is none.
 */
export function parcelStillComing(facts: Return, verdict: Verdict): string | null {
  const ids = facts.receipts.map((one) => one.packageId ?? facts.confirmed?.packageId ?? '');
  const named = facts.receipts.some((one) => !one.isBlind);
  if (named && facts.confirmed !== null) ids.push(facts.confirmed.packageId);
  const received = new Set(ids.map(plain));
  const own = facts.confirmed?.packageId ?? null;
  const isOwnComing =
    isOwnParcelAtTheDock(facts) && (facts.stage === 'receiving' || !received.has(plain(own ?? '')));
  if (own !== null && isOwnComing) return own;
  const items = missingItems(facts, verdict);
  const labels = labelsFor(facts, items);
  const come = labels.filter((label) => received.has(plain(label.trackingNumber)));
  const isForSame = (ids: readonly string[]) =>
    come.some(({ lineItemIds }) => lineItemIds.length > 0 && ids.every((id) => lineItemIds.includes(id)));
  const coming = labels.find(
    ({ trackingNumber, standing, lineItemIds }) =>
      standing === 'live' &&
      !received.has(plain(trackingNumber)) &&
      !(lineItemIds.length > 0 && isForSame(lineItemIds)),
  );
  return coming?.trackingNumber ?? null;
}

function missingItems(facts: Return, verdict: Verdict): readonly ReturnItem[] {
  const missing = new Set(
    verdict.findings.flatMap(({ sku, disposition }) => (disposition === 'missing' ? [sku] : [])),
  );
  return (facts.loop?.items ?? []).filter((item) => missing.has(item.sku));
}

/** SKUs that the warehouse wrote otherwise than the RMA has them; `isSure`: whether they are certainly the same. */
export function skusWrittenOtherwise(
  facts: Return,
): readonly { written: string; meant: string; isSure: boolean }[] {
  const asked = [...new Set(askedRma(facts)?.lines.map((line) => line.sku) ?? [])];
  const matched = matchSkus(asked, facts.receipts).map(({ line, written, maybe }) => {
    return { written, meant: maybe ?? line.sku, isSure: maybe === null };
  });
  const otherwise = matched.filter(({ written, meant }) => written !== meant);
  return [...new Map(otherwise.map((one) => [one.written, one])).values()];
}
