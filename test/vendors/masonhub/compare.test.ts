import { describe, expect, test } from 'vitest';
import type { Rma } from '../../../src/returns/return.ts';
import { confirmedAs, isSameRma, ownRecord, recordOf } from '../../../src/vendors/masonhub/compare.ts';
import { type RmaRecord, rmaRecord } from '../../../src/vendors/masonhub/schemas.ts';
import { rmaFor } from '../../returns/fixtures.ts';

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

  test('whatever letter case MasonHub writes its SKUs in', () => {
    const written = held([
      ['shirt', 2],
      ['Pants', 2],
    ]);
    expect(isSameRma(written, rma)).toBe(true);
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
    ...['deleted', 'Deleted', 'DELETED'].map((status): [string, RmaRecord] => [
      `it is ${status}`,
      held(
        [
          ['SHIRT', 2],
          ['PANTS', 2],
        ],
        { status },
      ),
    ]),
  ])('where %s', (_, record) => {
    expect(isSameRma(record, rma)).toBe(false);
  });
});

test('SKUs that only their letter case tells apart are not each other', () => {
  const two: Rma = {
    ...rma,
    lines: rma.lines.map((line, nth) => ({ ...line, sku: nth === 0 ? 'abc' : 'ABC' })),
  };
  expect(isSameRma(held([['ABC', 4]]), two)).toBe(false);
  expect(
    isSameRma(
      held([
        ['abc', 1],
        ['ABC', 3],
      ]),
      two,
    ),
  ).toBe(true);
});

describe('the RMA that was sent, looked for among records', () => {
  const same = [
    ['SHIRT', 2],
    ['PANTS', 2],
  ] as const;

  const isMadeHere = () => true;

  test('is as MasonHub holds it, under the package id that it has there', () => {
    const own = held(same, { package_id: '1Z111AA10123456784' });
    expect(ownRecord([held([['HAT', 1]]), own], rma, isMadeHere)).toBe(own);
    expect(confirmedAs(own, rma, 'found')).toEqual({ ...rma, packageId: '1Z111AA10123456784' });
  });

  test.each(['received', 'in-receiving', 'receivingStarted'])(
    'is the one that nobody else can have made, once it is %s, whatever its lines show of what came',
    (status) => {
      const came = held([['SHIRT', 1]], { status });
      expect(ownRecord([came], rma, isMadeHere)).toBe(came);
      expect(ownRecord([came], rma, () => false)).toBeUndefined();
      expect(ownRecord([held([['SHIRT', 1]])], rma, isMadeHere)).toBeUndefined();
      expect(ownRecord([{ ...came, customer_identifier: '99999' }], rma, isMadeHere)).toBeUndefined();
    },
  );

  test('has the status to receive into that it has there, which is what an echo repeats', () => {
    const lines = (...statuses: string[]) =>
      held(same, {
        line_items: same.map(([customer_sku_id, quantity], index) => ({
          customer_sku_id,
          quantity,
          return_inventory_status: statuses[index],
        })),
      });
    expect(confirmedAs(lines('available', 'Available'), rma, 'found')).toEqual({
      ...rma,
      receiveInto: 'available',
    });
    expect(confirmedAs(lines('qc', 'qc'), rma, 'found')).toEqual(rma);
    expect(confirmedAs(lines('qc', 'available'), rma, 'found')).toBeNull();
    const received = { ...lines('available', 'available'), status: 'received' };
    expect(confirmedAs(received, rma, 'opened')).toEqual(rma);
  });

  test('has the status of its lines where it was found: that may be what it asked for', () => {
    const received = (...lines: readonly (readonly [string, object?])[]) =>
      held(same, {
        status: 'received',
        line_items: same.map(([customer_sku_id, quantity], index) => ({
          customer_sku_id,
          quantity,
          return_inventory_status: lines[index]?.[0],
          receiving_details: lines[index]?.[1],
        })),
      });
    const details = { available: [{ quantity: 2 }] };
    const begun = { ...received(['available'], ['available']), status: 'in-receiving' };
    expect(confirmedAs(begun, rma, 'found')?.receiveInto).toBe('available');
    expect(confirmedAs(begun, rma, 'opened')).toEqual(rma);
    const statusOf = (...lines: readonly (readonly [string, object?])[]) =>
      confirmedAs(received(...lines), rma, 'found')?.receiveInto;
    expect(statusOf(['available'], ['available'])).toBe('available');
    expect(statusOf(['qc'], ['available'])).toBe('available');
    expect(statusOf(['available', details], ['available', details])).toBe('available');
    expect(statusOf(['disposed'], ['disposed'])).toBe(rma.receiveInto);
  });

  test.each([undefined, null, ''])('keeps its own package id where the record has %j', (package_id) => {
    expect(confirmedAs(held(same, { package_id }), rma, 'found')).toEqual(rma);
  });

  test('is none where no record is the same', () => {
    const others = [held([['HAT', 1]]), held(same, { status: 'deleted' })];
    expect(ownRecord(others, rma, isMadeHere)).toBeUndefined();
    expect(ownRecord([], rma, isMadeHere)).toBeUndefined();
  });
});

test.each(['deleted', 'Deleted'])("a number's record is the one in use beside one that is %s", (status) => {
  const inUse = held([['HAT', 1]]);
  expect(recordOf([held([['SHIRT', 1]], { status }), inUse], rma.rmaNumber)).toBe(inUse);
});
