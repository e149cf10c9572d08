import { newRma, type ReceivedLine, type StandInRma } from './rmas.ts';
import type { RmaRecordLine } from './rules.ts';

/** Units that the dock found in the parcel. */
export interface UnitsInHand {
  sku: string;
  /** The inventory status, `available` by default. */
  status?: string;
  /** 1 by default. A fraction is what a receipt may hold by mistake. */
  quantity?: number;
  note?: string;
  /** An item that was not on the RMA, even if its SKU is. */
  extra?: boolean;
}

/** The RMA with its receipt complete. What is expected and not among the units was not in the parcel. */
export function received(
  rma: StandInRma,
  units: readonly UnitsInHand[] | 'all-available',
  notes: string | null,
): StandInRma {
  const found = units === 'all-available' ? everyUnitOf(rma) : units;
  const lines = rma.lines.map((line) => ({
    ...line,
    quantityReceived: 0,
    notOnOriginalRma: false,
    details: {},
  }));
  const extras: ReceivedLine[] = [];
  for (const some of found) {
    const isExtra = some.extra === true || !lines.some((line) => line.sku === some.sku);
    if (isExtra) extras.push(extraLine(some));
    else putAway(lines, some);
  }
  const now = new Date();
  const receipt = { status: 'received' as const, received: [...lines, ...extras], notes };
  return { ...rma, ...receipt, receivedAt: now, updatedAt: now };
}

/** The types of a return that the warehouse makes by itself, as two descriptions name them. */
export type BlindReturnType = 'rma_created_by_distribution_center' | 'unidentified_return';

/** The RMA that the warehouse makes for a parcel that came without one: what was in it is what was expected. */
export function blindRma(
  trackingNumber: string,
  units: readonly UnitsInHand[],
  returnType: BlindReturnType,
): StandInRma {
  const totals = new Map<string, number>();
  for (const { sku, quantity = 1 } of units) totals.set(sku, (totals.get(sku) ?? 0) + quantity);
  const lines = [...totals].map(([sku, quantity]) => unaskedLine(sku, quantity));
  return newRma(null, { package_id: trackingNumber, return_type: returnType }, lines);
}

/** What a parcel with everything in it holds. */
export function everyUnitOf(rma: StandInRma): UnitsInHand[] {
  return rma.lines.map(({ sku, quantity }) => ({ sku, quantity }));
}

// Lines of one SKU fill up in order; what is beyond the last one's quantity is on it as well.
function putAway(lines: ReceivedLine[], units: UnitsInHand): void {
  for (let left = units.quantity ?? 1; left > 0; left -= 1) {
    const sameSku = lines.filter((line) => line.sku === units.sku);
    const line = sameSku.find((one) => unitsOn(one) < one.quantity) ?? sameSku.at(-1);
    if (line) addUnits(line, units, Math.min(left, 1));
  }
}

function unitsOn(line: ReceivedLine): number {
  return Object.values(line.details)
    .flat()
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

function addUnits(line: ReceivedLine, { status = 'available', note = '' }: UnitsInHand, count: number): void {
  const entries = line.details[status] ?? [];
  const same = entries.find(({ notes }) => notes === note);
  if (same) same.quantity += count;
  else entries.push({ quantity: count, notes: note });
  line.details[status] = entries;
  // A short unit is one that did not come.
  if (status !== 'short') line.quantityReceived += count;
}

// As published, an extra item has a received quantity of 0 while its details count it.
function extraLine(units: UnitsInHand): ReceivedLine {
  const asked = unaskedLine(units.sku, units.quantity ?? 1);
  const line = { ...asked, quantityReceived: 0, notOnOriginalRma: true, details: {} };
  addUnits(line, units, asked.quantity);
  return { ...line, quantityReceived: 0 };
}

function unaskedLine(sku: string, quantity: number): RmaRecordLine {
  return {
    sku,
    quantity,
    reasonCode: 'other',
    inventoryStatus: 'qc',
    returnNotes: null,
    orderId: null,
  };
}
