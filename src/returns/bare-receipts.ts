import { isChangedSince } from './parcels.ts';
import { judge } from './receipt.ts';
import type { Receipt, Return, Rma } from './return.ts';
import { policyOf } from './ruling.ts';

/** Receipts without details beside those of the same parcel that have them: which of the two has to be heard. */

/**
 * Whether one that is older has to be heard all the same: it has details, and what MasonHub shows by now has none. That
 * nothing is wrong is taken from it only where what is shown proves nothing either way.
 */
export function saysMore(facts: Return, told: Receipt, shown: Receipt): boolean {
  const { confirmed, outcome } = facts;
  if (outcome !== null || confirmed === null || isChangedSince(told, shown)) return false;
  if (isBare(told) || !isBare(shown) || shown.unread !== undefined) return false;
  const policy = policyOf(facts);
  if (judge(confirmed, [told], policy).kind === 'exception') return true;
  return judge(confirmed, [shown], policy).isEcho && isNothingElse(shown, told, confirmed);
}

/** Whether what MasonHub shows is only the status that the RMA asked for, where a receipt of before has details. */
export function saysLess({ confirmed }: Return, shown: Receipt, earlier: Receipt | undefined): boolean {
  if (confirmed === null || earlier === undefined) return false;
  return isBare(shown) && !isBare(earlier) && isNothingElse(shown, earlier, confirmed);
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
  return isAsked && [...others].every(([sku, count]) => count <= (units.get(sku) ?? 0));
}

function unitsIn({ lines }: Receipt): Map<string, number> {
  const units = new Map<string, number>();
  for (const { sku, received } of lines) {
    const count = received.reduce((sum, part) => sum + part.units, 0);
    units.set(sku, (units.get(sku) ?? 0) + count);
  }
  return units;
}
