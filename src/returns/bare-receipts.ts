import { isDeepStrictEqual } from 'node:util';
import { isChangedSince } from './parcels.ts';
import { judge } from './receipt.ts';
import { isRefundDue, type Receipt, type Return, type Rma } from './return.ts';
import { policyOf } from './ruling.ts';

/** Receipts without details beside those of the same parcel that have them: which of the two has to be heard. */

/**
 * Whether one that is older has to be heard all the same: it has details, and what MasonHub shows by now has none. That
 * nothing is wrong is taken from it only where what is shown proves nothing either way. A refund that has not left is
 * stopped by it only where nothing better is behind that refund.
 */
export function saysMore(facts: Return, told: Receipt, shown: Receipt): boolean {
  const { confirmed, outcome } = facts;
  if (confirmed === null || isChangedSince(told, shown)) return false;
  if (isBare(told) || !isBare(shown) || shown.unread !== undefined) return false;
  const policy = policyOf(facts);
  if (judge(confirmed, [shown], policy).isEcho && isNothingElse(shown, told, confirmed)) {
    return outcome === null || isRefundDue(facts);
  }
  return outcome === null && judge(confirmed, [told], policy).kind === 'exception';
}

/**
 * Whether what MasonHub shows, asked, is only the status that the RMA asked for, where a receipt of before has details that
 * it cannot have taken back: those that were decided on, unless they speak for a refund that has not left, or those that
 * are not all good.
 */
export function saysLess(facts: Return, shown: Receipt, earlier: Receipt | undefined): boolean {
  const { confirmed, outcome, receiptUnread } = facts;
  if (confirmed === null || earlier === undefined || isChangedSince(earlier, shown)) return false;
  if (!isBare(shown) || isBare(earlier) || !isNothingElse(shown, earlier, confirmed)) return false;
  if (outcome === null) {
    const { kind, waiting } = judge(confirmed, [earlier], policyOf(facts));
    return kind === 'exception' || waiting.length > 0;
  }
  // What nobody could read may have said otherwise: then a person looks.
  return receiptUnread === null && !isRefundDue(facts);
}

function isBare({ lines }: Receipt): boolean {
  return lines.every(({ detailed }) => !detailed);
}

/** Whether one that has no details says only the status that the RMA asked for, and of all the units that the other has. */
function isNothingElse(bare: Receipt, other: Receipt, { receiveInto }: Rma): boolean {
  const isAsked = bare.lines.every(({ received }) =>
    received.every(({ disposition }) => disposition === receiveInto),
  );
  const [units, others] = [unitsIn(bare), unitsIn(other)];
  return isAsked && isDeepStrictEqual(units, others);
}

function unitsIn({ lines }: Receipt): Map<string, number> {
  const units = new Map<string, number>();
  for (const { sku, received } of lines) {
    const count = received.reduce((sum, part) => sum + part.units, 0);
    if (count > 0) units.set(sku, (units.get(sku) ?? 0) + count);
  }
  return units;
}
