import type { JsonObject } from '../json.ts';
import type { ProgressEvent } from './lifecycle.ts';
import { everyUnitOf, type UnitsInHand } from './receiving.ts';
import { type BatchWork, identifierOf, invalid, type RmaBook, type StandInRma } from './rmas.ts';

const PROGRESS: readonly ProgressEvent[] = [
  'receivingStarted',
  'tendered',
  'inTransit',
  'delivered',
  'undeliverable',
];
const RECEIPTS = ['receiveFull', 'receivePartial', 'receiveUnexpected'];
const INVENTORY_STATUSES = ['available', 'quality-control', 'damaged', 'under-investigation', 'refurbishing'];
const UNEXPECTED_SKU = 'UNEXPECTED-ITEM';

interface Dock {
  progress(rmaNumber: string, event: ProgressEvent): void;
  receive(rmaNumber: string, units: readonly UnitsInHand[]): void;
}

/** The sandbox's `data_factory/rmaEvent`: makes an RMA's next event happen, callback and all. */
export function sandboxEvents(book: RmaBook, dock: Dock, random: () => number): BatchWork {
  return {
    refusal: (record) => {
      const { event = 'receiveFull' } = record;
      const isKnown = [...PROGRESS, ...RECEIPTS].some((known) => known === event);
      if (!isKnown) return invalid([{ field: 'event', error: 'is not an event' }]);
      return book.rmas.has(identifierOf(record)) ? null : { kind: 'unknown' };
    },
    apply: (record) => {
      const id = identifierOf(record);
      const { event } = record;
      const progress = PROGRESS.find((known) => known === event);
      if (progress) dock.progress(id, progress);
      else dock.receive(id, parcelOf(book.get(id), record, random));
      return {};
    },
  };
}

function parcelOf(rma: StandInRma, record: JsonObject, random: () => number): UnitsInHand[] {
  const { event, randomize_inventory_statuses } = record;
  const whole = everyUnitOf(rma).flatMap(({ sku, quantity = 1 }) => {
    const came = event === 'receivePartial' ? Math.floor(random() * (quantity + 1)) : quantity;
    return Array.from({ length: came }, () => ({ sku }));
  });
  const units: UnitsInHand[] =
    event === 'receiveUnexpected' ? [...whole, { sku: UNEXPECTED_SKU, extra: true }] : whole;
  if (randomize_inventory_statuses !== true) return units;
  return units.map((unit) => {
    const status = INVENTORY_STATUSES[Math.floor(random() * INVENTORY_STATUSES.length)] ?? 'available';
    return { ...unit, status };
  });
}
