import type { Receipt, ReceiptLine } from './return.ts';

/** A line of a receipt under the SKU that the RMA has it under. */
export interface MatchedLine {
  readonly line: ReceiptLine;
  /** As the warehouse wrote it. */
  readonly written: string;
}

/**
 * Brings the lines of receipts under the SKUs that were asked for. Warehouses write a SKU in another letter
 * case or with a space: where nothing else matches better on either side, it is the same item. Where two SKUs
 * differ only in that, it stays what is written.
 */
export function matchSkus(asked: readonly string[], receipts: readonly Receipt[]): readonly MatchedLine[] {
  const lines = receipts.flatMap((receipt) =>
    // A parcel without an RMA has no lines of one: whatever in it was asked for counts.
    receipt.lines.map((line) => ({
      ...line,
      onRma: line.onRma || receipt.isBlind,
    })),
  );
  const written = [...new Set(lines.map((line) => line.sku))];
  const aliases = new Map(
    written.flatMap((sku) => {
      const meant = meantBy(sku, asked, written);
      return meant === null ? [] : [[sku, meant] as const];
    }),
  );
  return lines.map((line) => {
    const meant = aliases.get(line.sku);
    // An item that the warehouse says was not on the RMA stays beside it, however it is written.
    const matched = meant === undefined || !line.onRma ? line : { ...line, sku: meant };
    return { line: matched, written: line.sku };
  });
}

/** @returns the SKU that was asked for and is written otherwise; null where it is written as asked, or no such one */
function meantBy(sku: string, asked: readonly string[], written: readonly string[]): string | null {
  if (asked.includes(sku)) return null;
  const [meant, ...others] = asked.filter((one) => plain(one) === plain(sku));
  if (meant === undefined || others.length > 0) return null;
  return written.includes(meant) ? null : meant;
}

function plain(sku: string): string {
  return sku.trim().toLowerCase();
}
