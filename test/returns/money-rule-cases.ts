import { defaultReceiptPolicy, type ReceiptPolicy } from '../../src/returns/policy.ts';
import { type Case, type LineSeen, type ParcelSeen, type Ruling, ruling } from './money-rule.ts';

/** A line with details, unless a test says otherwise. */
export function line(sku: string, units: Record<string, number>, facts: Partial<LineSeen> = {}): LineSeen {
  const received = Object.entries(units).map(([disposition, count]) => ({ disposition, units: count }));
  return { sku, onRma: true, counted: null, detailed: true, received, ...facts };
}

/** A line of which the status is all there is. */
export const bare = (sku: string, units: Record<string, number>) => line(sku, units, { detailed: false });

/** An item that was not on the RMA. */
export const extra = (sku: string, units: Record<string, number>) => line(sku, units, { onRma: false });

export function parcel(lines: readonly LineSeen[], facts: Partial<ParcelSeen> = {}): ParcelSeen {
  return { key: 'rma-1', packageId: '1Z001', isBlind: false, status: 'received', lines, ...facts };
}

export const second = { key: 'rma-2', packageId: '1Z002' };

interface Changes extends Partial<Omit<Case, 'asked' | 'policy' | 'parcels'>> {
  readonly asked?: readonly (readonly [string, number])[];
  readonly policy?: Partial<ReceiptPolicy>;
}

/** Two shirts and a hat were asked for, into `qc`; refunds are enabled; no other parcel is known of. */
export function ruled(parcels: readonly ParcelSeen[], changes: Changes = {}): Ruling {
  const { asked = [['TEE', 2] as const, ['HAT', 1] as const], policy, ...others } = changes;
  return ruling({
    receiveInto: 'qc',
    refundsEnabled: true,
    anotherParcelOnItsWay: false,
    askedAgain: false,
    waitedForMs: 0,
    ...others,
    parcels,
    asked: asked.map(([sku, units]) => ({ sku, units })),
    policy: { ...defaultReceiptPolicy, ...policy },
  });
}

/** The same of one receipt with these lines. */
export const ruledOn = (lines: readonly LineSeen[], changes: Changes = {}) => ruled([parcel(lines)], changes);

export const whole = [line('TEE', { available: 2 }), line('HAT', { available: 1 })];
export const oneTee = { asked: [['TEE', 1]] } as const;
export const twoTees = { asked: [['TEE', 2]] } as const;
