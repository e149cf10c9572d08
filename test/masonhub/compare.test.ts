import { describe, expect, test } from 'vitest';
import { isSameRma } from '../../src/masonhub/compare.ts';
import { rmaRecord } from '../../src/masonhub/schemas.ts';
import { rmaFor } from '../returns/fixtures.ts';

const rma = rmaFor(['SHIRT', 1], ['PANTS', 2], ['SHIRT', 1]);

function held(lines: readonly (readonly [string, number | string])[], changes: Record<string, unknown> = {}) {
  return rmaRecord.parse({
    customer_identifier: rma.rmaNumber,
    status: 'open',
    line_items: lines.map(([customer_sku_id, quantity]) => ({ customer_sku_id, quantity })),
    ...changes,
  });
}

describe('a record in MasonHub is the RMA that was sent', () => {
  test('where number and units of each SKU agree, however they are spread over lines', () => {
    expect(
      isSameRma(
        held([
          ['SHIRT', 1],
          ['PANTS', 2],
          ['SHIRT', 1],
        ]),
        rma,
      ),
    ).toBe(true);
    expect(
      isSameRma(
        held([
          ['PANTS', 1],
          ['SHIRT', 2],
          ['PANTS', '1'],
        ]),
        rma,
      ),
    ).toBe(true);
  });

  test('also while it is being received, and with what was found beside it', () => {
    const record = held([], {
      status: 'in-receiving',
      line_items: [
        { customer_sku_id: 'SHIRT', quantity: 2, quantity_received: 0 },
        { customer_sku_id: 'PANTS', quantity: 2 },
        { customer_sku_id: 'HAT', quantity: 1, not_on_original_rma: true },
      ],
    });
    expect(isSameRma(record, rma)).toBe(true);
  });
});

describe('a record in MasonHub is another RMA', () => {
  test.each([
    [
      'a unit is missing',
      held([
        ['SHIRT', 2],
        ['PANTS', 1],
      ]),
    ],
    [
      'a unit is too many',
      held([
        ['SHIRT', 3],
        ['PANTS', 2],
      ]),
    ],
    ['a SKU is missing', held([['SHIRT', 2]])],
    [
      'a SKU is too many',
      held([
        ['SHIRT', 2],
        ['PANTS', 2],
        ['HAT', 1],
      ]),
    ],
    [
      'a SKU differs',
      held([
        ['SHIRT', 2],
        ['HAT', 2],
      ]),
    ],
    ['it has no lines', held([])],
    ['its lines are not told', held([], { line_items: null })],
    [
      'its number differs',
      held(
        [
          ['SHIRT', 2],
          ['PANTS', 2],
        ],
        { customer_identifier: '99999' },
      ),
    ],
    [
      'it has no number',
      held(
        [
          ['SHIRT', 2],
          ['PANTS', 2],
        ],
        { customer_identifier: null },
      ),
    ],
    [
      'it is deleted',
      held(
        [
          ['SHIRT', 2],
          ['PANTS', 2],
        ],
        { status: 'deleted' },
      ),
    ],
  ])('where %s', (_, record) => {
    expect(isSameRma(record, rma)).toBe(false);
  });
});
