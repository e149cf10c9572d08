import type { Receipt, ReceiptLine } from './return.ts';

/** A line of a receipt under the SKU that the RMA has it under. */
export interface MatchedLine {
  readonly line: ReceiptLine;
  /** As the warehouse wrote it. */
  readonly written: string;
  /** The SKU that may be meant, where another line has the very SKU; else null. */
  readonly maybe: string | null;
}

/**
 * Brings the lines of receipts under the SKUs that were asked for. Warehouses write a SKU in another letter
 * case or with a space: where nothing else matches better on either side, it is the same item. Where another line has
 * the very SKU, it may be: it stays what is written, and the SKU that may be meant is said beside it. Where two SKUs that
 * were asked for differ only in that, it is neither.
 */
export function matchSkus(asked: readonly string[], receipts: readonly Receipt[]): readonly MatchedLine[] {
  const lines = receipts.flatMap((receipt) =>
    // A parcel without an RMA has no lines of one: whatever in it was asked for counts.
    receipt.lines.map((line) => ({
      ...line,
      onRma: line.onRma || receipt.isBlind,
    })),
  );
  const written = new Set(lines.map((line) => line.sku));
  const meant = new Map([...written].map((sku) => [sku, meantBy(sku, asked)]));
  return lines.map((line) => {
    // An item that the warehouse says was not on the RMA stays beside it, however it is written.
    const sku = line.onRma ? (meant.get(line.sku) ?? null) : null;
    if (sku === null) return { line, written: line.sku, maybe: null };
    if (written.has(sku)) return { line, written: line.sku, maybe: sku };
    return { line: { ...line, sku }, written: line.sku, maybe: null };
  });
}

/** @returns the SKU that was asked for and is written otherwise; null where it is written as asked, or no such one */
function meantBy(sku: string, asked: readonly string[]): string | null {
  if (asked.includes(sku)) return null;
  const [meant, ...others] = asked.filter((one) => plain(one) === plain(sku));
  return meant === undefined || others.length > 0 ? null : meant;
}

function plain(sku: string): string {
  return sku.trim().toLowerCase();
}
