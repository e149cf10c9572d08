import fc from 'fast-check';
import type { Receipt, ReceiptLine, Rma, RmaLine } from '../../src/returns/return.ts';
import { RETURN_ID } from './fixtures.ts';

/** Few SKUs, so that lines meet. */
const sku = fc.constantFrom('SHIRT', 'PANTS', 'SOCKS');

const disposition = fc.oneof(
  { weight: 5, arbitrary: fc.constant('available') },
  { weight: 1, arbitrary: fc.constantFrom('damaged', 'qc', 'quarantine', 'short', 'missing', 'unknown') },
);

const note = fc.option(fc.constantFrom('Has a hole', 'Stained', 'No tag'));

const rmaLine: fc.Arbitrary<RmaLine> = fc.record({
  sku,
  units: fc.integer({ min: 1, max: 3 }),
  reason: fc.constantFrom('tooBig', 'other'),
  note: fc.constant(null),
  orderReference: fc.constant(null),
});

export const anyRma: fc.Arbitrary<Rma> = fc
  .tuple(rmaLine, fc.array(rmaLine, { maxLength: 3 }))
  .map(([first, rest]) => ({
    rmaNumber: RETURN_ID,
    packageId: RETURN_ID,
    receiveInto: 'qc',
    lines: [first, ...rest],
  }));

const anyLine: fc.Arbitrary<ReceiptLine> = fc.record({
  sku: fc.oneof({ weight: 5, arbitrary: sku }, { weight: 1, arbitrary: fc.constant('HAT') }),
  onRma: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  counted: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 1 }),
  received: fc.array(fc.record({ disposition, units: fc.integer({ min: 0, max: 4 }), note }), {
    maxLength: 3,
  }),
});

export const anyReceipt: fc.Arbitrary<Receipt> = fc.record({
  lines: fc.array(anyLine, { maxLength: 6 }),
  note: fc.constant(null),
});

/** An RMA with a receipt that holds all of it, available, in lines of one unit or of several, among extras. */
export const refundableCase: fc.Arbitrary<{ asked: Rma; receipt: Receipt }> = fc
  .tuple(
    anyRma,
    fc.infiniteStream(fc.boolean()),
    fc.array(
      anyLine.map((line) => ({ ...line, onRma: false })),
      { maxLength: 2 },
    ),
  )
  .map(([asked, joined, extras]) => {
    const lines: ReceiptLine[] = [];
    const coin = (): boolean => joined.next().value === true;
    for (const { sku: asks, units } of asked.lines) {
      const parts = coin() ? [units] : Array.from({ length: units }, () => 1);
      for (const part of parts) {
        lines.push({
          sku: asks,
          onRma: true,
          counted: coin() ? part : null,
          received: [{ disposition: 'available', units: part, note: null }],
        });
      }
    }
    return { asked, receipt: { lines: [...extras, ...lines], note: null } };
  });
