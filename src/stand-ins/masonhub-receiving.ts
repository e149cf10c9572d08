import type { ReceivedLine, StandInRma } from './masonhub-rmas.ts';
import type { RmaLine } from './masonhub-rules.ts';

/** Units that the dock found in the parcel. */
export interface ReceivedUnits {
  sku: string;
  /** The inventory status, `available` by default. */
  status?: string;
  quantity?: number;
  note?: string;
  /** An item that was not on the RMA, even if its SKU is. */
  extra?: boolean;
}

/** The RMA with its receipt complete. What is expected and not among the units was not in the parcel. */
export function received(
  rma: StandInRma,
  units: readonly ReceivedUnits[] | 'all-available',
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

/** What a parcel with everything in it holds. */
export function everyUnitOf(rma: StandInRma): ReceivedUnits[] {
  return rma.lines.map(({ sku, quantity }) => ({ sku, quantity }));
}

// Lines of one SKU fill up in order; what is beyond the last one's quantity is on it as well.
function putAway(lines: ReceivedLine[], units: ReceivedUnits): void {
  for (let unit = 0; unit < (units.quantity ?? 1); unit += 1) {
    const sameSku = lines.filter((line) => line.sku === units.sku);
    const line = sameSku.find((one) => unitsOn(one) < one.quantity) ?? sameSku.at(-1);
    if (line) addUnits(line, units, 1);
  }
}

function unitsOn(line: ReceivedLine): number {
  return Object.values(line.details)
    .flat()
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

function addUnits(
  line: ReceivedLine,
  { status = 'available', note = '' }: ReceivedUnits,
  count: number,
): void {
  const entries = line.details[status] ?? [];
  const same = entries.find(({ notes }) => notes === note);
  if (same) same.quantity += count;
  else entries.push({ quantity: count, notes: note });
  line.details[status] = entries;
  // A short unit is one that did not come.
  if (status !== 'short') line.quantityReceived += count;
}

// As published, an extra item has a received quantity of 0 while its details count it.
function extraLine(units: ReceivedUnits): ReceivedLine {
  const asked: RmaLine = {
    sku: units.sku,
    quantity: units.quantity ?? 1,
    reasonCode: 'other',
    inventoryStatus: 'qc',
    returnNotes: null,
    orderId: null,
  };
  const line = { ...asked, quantityReceived: 0, notOnOriginalRma: true, details: {} };
  addUnits(line, units, units.quantity ?? 1);
  return { ...line, quantityReceived: 0 };
}
