import type { LoopFacts, ToldDestination } from './loop-facts.ts';
import { ownTrackingNumber, trackingNumbersOf } from './package.ts';
import type { Receipt, Return } from './return.ts';
import { uncheckedOf } from './rma.ts';
import { readable, sentence } from './words.ts';

/** What Loop tells of a return, as a line of its timeline has it: nothing personal, as everything here. */
export function describeLoop(loop: LoopFacts, facts: Return): string {
  const units = loop.items.reduce((sum, item) => sum + item.units, 0);
  const { leftOut, elsewhere, kept } = uncheckedOf(facts);
  const own = ownTrackingNumber(facts);
  const others = trackingNumbersOf(facts).filter((number) => number !== own);
  return [
    loop.stateWord === null ? loop.state : `state "${loop.stateWord}", which is not known here`,
    ...(loop.orderName === null ? [] : [`order ${loop.orderName}`]),
    `${units} ${units === 1 ? 'unit' : 'units'}`,
    ...(loop.unread === null ? [] : [`not understood: ${loop.unread}`]),
    ...(kept === 0 ? [] : [`${kept} of them on no label and so not on the RMA`]),
    ...(elsewhere === 0 ? [] : [`${elsewhere} of them bound for another destination and so not on the RMA`]),
    ...(leftOut === 0 ? [] : [`${leftOut} of them without a usable SKU and so not on the RMA`]),
    ...(others.length === 0 ? [] : [`other labels: ${others.join(', ')}`]),
  ].join(', ');
}

/** Where Loop says, asked, that a return is bound for. */
export function describeDestination({ whole, byItem }: ToldDestination): string {
  const told = [...new Set([...(whole === null ? [] : [whole]), ...Object.values(byItem)])];
  return told.length === 0 ? 'Loop names no destination.' : `Loop destination ${told.join(', ')}`;
}

/** What an RMA asks for. */
export function describeRma(rma: {
  packageId: string;
  lines: readonly { sku: string; units: number }[];
}): string {
  const lines = readable(rma.lines.map((line) => `${line.units} × ${line.sku}`).join(', '));
  return `${lines}; package ${rma.packageId}`;
}

/** What the warehouse found in all parcels of a return. */
export function describeReceipts(receipts: readonly Receipt[]): string {
  return receipts.map(describeReceipt).join(' ');
}

/** What the warehouse found in one parcel. */
export function describeReceipt(receipt: Receipt): string {
  const lines = receipt.lines.map((line) => {
    const units = line.received.filter((r) => r.units > 0).map((r) => `${r.units} ${r.disposition}`);
    return `${line.sku}: ${units.length === 0 ? 'nothing' : units.join(', ')}${line.onRma ? '' : ' (not on the RMA)'}`;
  });
  if (receipt.unread !== undefined) return `It could not be understood: ${sentence(receipt.unread)}`;
  return lines.length === 0 ? 'No lines.' : `${readable(lines.join('; '))}.`;
}
