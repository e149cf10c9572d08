import { isDeepStrictEqual } from 'node:util';
import { matchSkus } from './match-skus.ts';
import { unreadParcel } from './parcels.ts';
import { isRefundDue, type ReceiptLine, type Return } from './return.ts';
import { policyOf, verdictOf, verdictOfNow } from './ruling.ts';

/** Whether a receipt that comes after the decision goes on where the ones before left off, or says otherwise. */

/**
 * What was decided still stands: a refund while everything asked for is good, a flag while no unit that it was
 * decided on is taken back, only units that waited have been decided since, and all are still there.
 */
export function isProgress(before: Return, after: Return): boolean {
  // While a refund is not sent, it is a doubt that ends once the parcel can be read; see `troubleOf`.
  if (isRefundDue(before) && unreadParcel(after.receipts) !== undefined) {
    return verdictOf(after)?.kind !== 'exception';
  }
  if (after.receipts.some((one) => one.unread !== undefined && !before.receipts.includes(one))) return false;
  if (before.outcome?.kind !== 'flag') {
    return verdictOf(after)?.kind === 'refundable' && !isTakenBackOfNow(before, after);
  }
  if (before.receipts.length !== after.receipts.length) return false;
  const { wait } = policyOf(after);
  const isWaiting = ({ disposition }: Place) => wait.includes(disposition);
  const [was, is] = [placesOf(before), placesOf(after)];
  const isTakenBack = was.some((place) => !isWaiting(place) && unitsAt(is, place) < place.units);
  return !isTakenBack && isDeepStrictEqual(countOf(before), countOf(after));
}

/**
 * Whether what Loop has come to have is worse off than it was. What had come of it counted towards the refund as well;
 * what had not does not hold up a refund for good that is not sent, see `troubleOf`.
 */
function isTakenBackOfNow(before: Return, after: Return): boolean {
  const [was, is] = [verdictOfNow(before), verdictOfNow(after)];
  if (is === null || is.kind === 'refundable') return false;
  if (was === null || was.kind === 'refundable') return true;
  return !isRefundDue(before) && is.kind === 'exception' && was.kind !== 'exception';
}

/** How many units of each SKU the warehouse shows and has counted: what was decided on is about all of them. */
function countOf(facts: Return): readonly string[] {
  const lines = Map.groupBy(matchedLines(facts), ({ sku, onRma }) => JSON.stringify([sku, onRma]));
  const counts = [...lines].map(([line, all]) => {
    const shown = all.reduce((sum, { received }) => sum + sumOf(received), 0);
    const counted = all.reduce((sum, one) => sum + (one.counted ?? sumOf(one.received)), 0);
    return shown === 0 && counted === 0 ? '' : `${line} ${shown} ${counted}`;
  });
  return counts.filter((count) => count !== '').sort();
}

/** Units of a SKU in one disposition, on the RMA or beside it. */
interface Place {
  readonly sku: string;
  readonly onRma: boolean;
  readonly disposition: string;
  readonly units: number;
}

function placesOf(facts: Return): Place[] {
  return matchedLines(facts).flatMap(({ sku, onRma, received }) =>
    received.map((part) => ({ sku, onRma, ...part })),
  );
}

function matchedLines({ confirmed, receipts }: Return): ReceiptLine[] {
  const skus = [...new Set(confirmed?.lines.map((line) => line.sku) ?? [])];
  return matchSkus(skus, receipts).map(({ line }) => line);
}

function unitsAt(places: readonly Place[], { sku, onRma, disposition }: Place): number {
  return sumOf(
    places.filter((one) => one.sku === sku && one.onRma === onRma && one.disposition === disposition),
  );
}

function sumOf(places: readonly { readonly units: number }[]): number {
  return places.reduce((sum, { units }) => sum + units, 0);
}
