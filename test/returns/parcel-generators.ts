import fc from 'fast-check';
import { defaultReceiptPolicy, type ReceiptPolicy } from '../../src/returns/policy.ts';
import type { LineSeen, ParcelSeen } from './money-rule.ts';

export const aDay = 86_400_000;

/** Policies of merchants, the one of before among them. No word is in both lists. */
export const anyPolicy: fc.Arbitrary<ReceiptPolicy> = fc
  .tuple(
    fc.constantFrom<Partial<ReceiptPolicy>>(
      {},
      {},
      { wait: [], secondParcelForMs: 0 },
      { refund: ['available', 'qc'], wait: ['under-investigation'] },
      { refund: ['available', 'refurbishing'], secondParcelForMs: aDay },
    ),
    mostly(false),
  )
  .map(([changes, trustRequestedStatus]) => ({ ...defaultReceiptPolicy, ...changes, trustRequestedStatus }));

/** Each of MasonHub's words that a policy may name, some that none does, and made-up ones. */
const anyDisposition = fc.oneof(
  { weight: 6, arbitrary: fc.constant('available') },
  { weight: 2, arbitrary: fc.constantFrom('qc', 'quality-control', 'under-investigation') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('damaged', 'refurbishing', 'short', 'on-the-moon', 'Available', ''),
  },
);

/** A SKU as an RMA spells it, as a warehouse might, and one that no RMA asks for. */
const anySpelling = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('TEE', 'HAT') },
  { weight: 1, arbitrary: fc.constantFrom('tee', ' Hat ', 'TEE ') },
  { weight: 1, arbitrary: fc.constant('MUG') },
);

const counted = fc.option(fc.integer({ min: 0, max: 4 }), { freq: 1 });

const detailedLine: fc.Arbitrary<LineSeen> = fc.record({
  sku: anySpelling,
  onRma: mostly(true),
  counted,
  detailed: fc.constant(true),
  received: fc.array(fc.record({ disposition: anyDisposition, units: fc.integer({ min: 0, max: 3 }) }), {
    maxLength: 3,
  }),
});

/** A line of which the status is all there is. */
const bareLine: fc.Arbitrary<LineSeen> = fc
  .tuple(anySpelling, mostly(true), counted, anyDisposition)
  .map(([sku, onRma, units, disposition]) => ({
    sku,
    onRma,
    counted: units,
    detailed: false,
    received: [{ disposition, units: units ?? 1 }],
  }));

/** A line of a receipt as the warehouse may show it. */
export const anyLineSeen = fc.oneof(
  { weight: 3, arbitrary: detailedLine },
  { weight: 1, arbitrary: bareLine },
);

/** Few keys, so that one is repeated. Whether a parcel is blind goes with its key. */
export const anyParcel: fc.Arbitrary<ParcelSeen> = fc
  .record({
    key: fc.constantFrom('named-1', 'named-2', 'blind-1', 'blind-2'),
    packageId: fc.constantFrom(null, '1Z001', '1Z002', '1Z003', '1Z004', '1Z005'),
    status: fc.oneof(
      { weight: 8, arbitrary: fc.constant('received') },
      { weight: 1, arbitrary: fc.constantFrom('in-receiving', 'a-word-of-next-year') },
    ),
    lines: fc.array(anyLineSeen, { maxLength: 4 }),
  })
  .map((parcel) => ({ ...parcel, isBlind: parcel.key.startsWith('blind') }));

/** Four times in five as usual. */
export function mostly(usual: boolean): fc.Arbitrary<boolean> {
  return fc.constantFrom(usual, usual, usual, usual, !usual);
}
