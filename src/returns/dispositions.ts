import { masonHubTerms } from '../vendor-terms/masonhub.ts';
import type { ReturnItem } from './loop-facts.ts';
import { matchSkus } from './match-skus.ts';
import type { Receipt } from './return.ts';

/** What became of one of Loop's line items at the warehouse. */
export interface ItemDisposition {
  readonly lineItemId: string;
  readonly disposition: 'available' | 'missing' | 'other';
}

const neverCame: ReadonlySet<string> = new Set(masonHubTerms.neverCame);

/**
 * Matches what the warehouse found to Loop's line items: of each SKU the available units first, then
 * those in any other status, and what is left is missing. An item of several units is as good as its
 * worst one.
 */
export function dispositionsOf(
  items: readonly ReturnItem[],
  receipts: readonly Receipt[],
): ItemDisposition[] {
  const found = new Map<string, { available: number; other: number }>();
  const skus = [...new Set(items.map((item) => item.sku))];
  const lines = matchSkus(skus, receipts).map(({ line }) => line);
  for (const line of lines.filter((one) => one.onRma)) {
    const sum = found.get(line.sku) ?? { available: 0, other: 0 };
    let available = 0;
    let shown = 0;
    for (const { disposition, units } of line.received) {
      shown += units;
      if (disposition === 'available') available += units;
      else if (!neverCame.has(disposition)) sum.other += units;
    }
    sum.available += Math.min(available, line.counted ?? available);
    sum.other += Math.max(0, (line.counted ?? shown) - shown);
    found.set(line.sku, sum);
  }
  return items.flatMap((item) => {
    const left = found.get(item.sku) ?? { available: 0, other: 0 };
    const disposition = take(left, item.units);
    return item.lineItemId === null ? [] : [{ lineItemId: item.lineItemId, disposition }];
  });
}

function take(left: { available: number; other: number }, units: number): ItemDisposition['disposition'] {
  const available = Math.min(left.available, units);
  left.available -= available;
  const other = Math.min(left.other, units - available);
  left.other -= other;
  if (available === units) return 'available';
  return available + other === units ? 'other' : 'missing';
}
