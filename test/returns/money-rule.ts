import type { Receipt, Rma } from '../../src/returns/return.ts';

/**
 * The rule that moves money, written a second time and in another way, to hold the first against it:
 * every unit that was asked for takes one available unit out of a pile, and the pile must never run out.
 * A unit that was counted and then is in no status at all could be in any.
 */
export function mayRefund(asked: Rma, receipt: Receipt): boolean {
  const isAskedFor = (sku: string) => asked.lines.some((line) => line.sku === sku);
  const pile: string[] = [];
  for (const line of receipt.lines) {
    if (!line.onRma || !isAskedFor(line.sku)) continue;
    const shown = line.received.reduce((sum, part) => sum + part.units, 0);
    if (line.counted !== null && line.counted > shown) return false;
    let vouchedFor = line.counted ?? Number.POSITIVE_INFINITY;
    for (const part of line.received) {
      for (let unit = 0; unit < part.units; unit += 1) {
        if (part.disposition !== 'available') return false;
        if (vouchedFor > 0) pile.push(line.sku);
        vouchedFor -= 1;
      }
    }
  }
  for (const line of asked.lines) {
    for (let unit = 0; unit < line.units; unit += 1) {
      const at = pile.indexOf(line.sku);
      if (at === -1) return false;
      pile.splice(at, 1);
    }
  }
  return true;
}
