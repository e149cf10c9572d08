import type { Receipt, Rma } from '../../src/returns/return.ts';
import type { ReceivedUnits } from '../../src/stand-ins/masonhub-receiving.ts';
import { mayRefund } from '../returns/money-rule.ts';
import type { PlannedReturn } from './plan.ts';

/**
 * The units of a return's parcel, each with the status that the receipt tells of it. Those of one SKU in one
 * status are told as one number: with a part of a unit among them, of none is said that it is whole.
 */
export function unitsOf({ acts }: PlannedReturn): readonly Unit[] {
  return acts.flatMap((act) => {
    if (act.do !== 'receive') return [];
    // Where the receipt does not say how a unit was, it repeats the status that the RMA asked for.
    if (act.lines === 'asked') return act.units.map(({ sku }) => ({ sku, status: 'qc' }));
    const statusOf = ({ status = 'available' }: ReceivedUnits) => status;
    const isBroken = (unit: ReceivedUnits) =>
      act.units.some(
        ({ quantity = 1, ...other }) =>
          !Number.isInteger(quantity) && other.sku === unit.sku && statusOf(other) === statusOf(unit),
      );
    return act.units.map((unit) => ({
      sku: unit.sku,
      status: isBroken(unit) ? 'a part of a unit' : statusOf(unit),
    }));
  });
}

interface Unit {
  readonly sku: string;
  readonly status: string;
}

/** Whether a parcel may be refunded that was to hold one unit of each SKU. */
export function holdsAll(planned: PlannedReturn, skus: readonly string[]): boolean {
  return mayRefund(rmaOf(skus), receiptOf(planned, skus));
}

function rmaOf(skus: readonly string[]): Rma {
  const lines = skus.map((sku) => ({
    sku,
    units: 1,
    reason: 'other' as const,
    note: null,
    orderReference: null,
  }));
  const [first, ...rest] = lines;
  if (first === undefined) throw new Error('A return without items is in no story');
  return { rmaNumber: 'any', packageId: 'any', receiveInto: 'qc', lines: [first, ...rest] };
}

function receiptOf(planned: PlannedReturn, asked: readonly string[]): Receipt {
  const lines = unitsOf(planned).map(({ sku, status }) => ({
    sku,
    onRma: asked.includes(sku),
    counted: null,
    detailed: true,
    received: [{ disposition: status, units: 1, note: null }],
  }));
  return { masonHubId: null, packageId: null, isBlind: false, lines, note: null };
}
