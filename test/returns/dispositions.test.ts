import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dispositionsOf } from '../../src/returns/dispositions.ts';
import type { Receipt } from '../../src/returns/return.ts';
import { extra, found, item, receiptOf } from './fixtures.ts';
import { anyReceipt } from './generators.ts';

function of(items: readonly (readonly [string, number?])[], receipt: Receipt): string[] {
  const parts = items.map(([sku, units], index) => item(sku, { lineItemId: `${index}`, units: units ?? 1 }));
  const told = dispositionsOf(parts, [receipt]);
  expect(told.map((one) => one.lineItemId)).toEqual(parts.map((one) => one.lineItemId));
  return told.map((one) => one.disposition);
}

describe("what became of Loop's line items", () => {
  test('is available, another status, or missing, by what the warehouse found of the SKU', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }), found('PANTS', { quarantine: 1 }));
    expect(of([['SHIRT'], ['PANTS'], ['SOCKS']], receipt)).toEqual(['available', 'other', 'missing']);
  });

  test('is told of items of one SKU with the available units first, then the others, then what is left', () => {
    const receipt = receiptOf(found('SHIRT', { damaged: 1, available: 1 }));
    expect(of([['SHIRT'], ['SHIRT'], ['SHIRT']], receipt)).toEqual(['available', 'other', 'missing']);
  });

  test('adds up the units that are spread over several lines', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }), found('SHIRT', { available: 1 }));
    expect(of([['SHIRT'], ['SHIRT'], ['SHIRT']], receipt)).toEqual(['available', 'available', 'missing']);
  });

  test('is, for an item of several units, what became of the worst one', () => {
    expect(of([['SHIRT', 2]], receiptOf(found('SHIRT', { available: 2 })))).toEqual(['available']);
    expect(of([['SHIRT', 2]], receiptOf(found('SHIRT', { available: 1, qc: 1 })))).toEqual(['other']);
    expect(of([['SHIRT', 2]], receiptOf(found('SHIRT', { available: 1 })))).toEqual(['missing']);
    expect(of([['SHIRT', 2]], receiptOf(found('SHIRT', { qc: 2 })))).toEqual(['other']);
  });

  test('counts a unit once: what went into a larger item is not there for the next', () => {
    expect(of([['SHIRT', 2], ['SHIRT']], receiptOf(found('SHIRT', { available: 2 })))).toEqual([
      'available',
      'missing',
    ]);
  });

  test('does not count what the warehouse did not', () => {
    const receipt = receiptOf(found('SHIRT', { available: 2 }, { counted: 1 }));
    expect(of([['SHIRT'], ['SHIRT']], receipt)).toEqual(['available', 'missing']);
  });

  test('does not count an item that was not on the RMA', () => {
    expect(of([['SHIRT']], receiptOf(extra('SHIRT', { available: 1 })))).toEqual(['missing']);
  });

  test.each(['short', 'missing'])('is missing for a unit in the status %s: it did not come', (status) => {
    expect(of([['SHIRT']], receiptOf(found('SHIRT', { [status]: 1 })))).toEqual(['missing']);
  });

  test('is not missing for a unit that was counted and is then in no status', () => {
    expect(of([['SHIRT']], receiptOf(found('SHIRT', {}, { counted: 1 })))).toEqual(['other']);
  });

  test('is missing for all where the receipt has no lines', () => {
    expect(of([['SHIRT'], ['PANTS', 2]], receiptOf())).toEqual(['missing', 'missing']);
  });

  test('is told of no item without an id, whose unit is counted all the same', () => {
    const items = [item('SHIRT', { lineItemId: null }), item('SHIRT', { lineItemId: '72' })];
    expect(dispositionsOf(items, [receiptOf(found('SHIRT', { available: 1 }))])).toEqual([
      { lineItemId: '72', disposition: 'missing' },
    ]);
  });
});

describe('for any items and any receipt', () => {
  const anyItems = fc
    .array(
      fc.record({
        sku: fc.constantFrom('SHIRT', 'PANTS', 'SOCKS', 'HAT'),
        units: fc.integer({ min: 1, max: 3 }),
      }),
      { maxLength: 8 },
    )
    .map((parts) => parts.map(({ sku, units }, index) => item(sku, { lineItemId: `${index}`, units })));

  test('never more units are told to be available than were received into available', () => {
    fc.assert(
      fc.property(anyItems, anyReceipt, (items, receipt) => {
        const told = new Map(
          dispositionsOf(items, [receipt]).map((one) => [one.lineItemId, one.disposition]),
        );
        for (const sku of ['SHIRT', 'PANTS', 'SOCKS', 'HAT']) {
          const available = items
            .filter((one) => one.sku === sku && told.get(one.lineItemId ?? '') === 'available')
            .reduce((sum, one) => sum + one.units, 0);
          const received = receipt.lines
            .filter((line) => line.onRma && line.sku === sku)
            .flatMap((line) => line.received)
            .filter((part) => part.disposition === 'available')
            .reduce((sum, part) => sum + part.units, 0);
          expect(available).toBeLessThanOrEqual(received);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('each line item is told once, in the order of the items', () => {
    fc.assert(
      fc.property(anyItems, anyReceipt, (items, receipt) => {
        const told = dispositionsOf(items, [receipt]).map((one) => one.lineItemId);
        expect(told).toEqual(items.map((one) => one.lineItemId));
      }),
    );
  });
});
