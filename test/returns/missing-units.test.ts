import { describe, expect, test } from 'vitest';
import { found, receiptOf, rmaFor } from './fixtures.ts';
import { finding, judge } from './judge.ts';

describe('a unit that is missing makes an exception', () => {
  test('where a line is short by one', () => {
    const receipt = receiptOf(found('SHIRT', { available: 2 }));
    expect(judge(rmaFor(['SHIRT', 3]), receipt)).toEqual({
      kind: 'exception',
      findings: [finding('SHIRT', 'missing', 1)],
      extras: [],
    });
  });

  test('where a line of the RMA is absent from the receipt', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }));
    expect(judge(rmaFor(['SHIRT', 1], ['PANTS', 2]), receipt).findings).toEqual([
      finding('PANTS', 'missing', 2),
    ]);
  });

  test('where the receipt has no lines at all', () => {
    expect(judge(rmaFor(['SHIRT', 1], ['PANTS', 2]), receiptOf())).toEqual({
      kind: 'exception',
      findings: [finding('SHIRT', 'missing', 1), finding('PANTS', 'missing', 2)],
      extras: [],
    });
  });

  test('where the line is there and nothing was received', () => {
    expect(judge(rmaFor(['SHIRT', 1]), receiptOf(found('SHIRT', {}))).findings).toEqual([
      finding('SHIRT', 'missing', 1),
    ]);
    expect(judge(rmaFor(['SHIRT', 1]), receiptOf(found('SHIRT', { available: 0 }))).findings).toEqual([
      finding('SHIRT', 'missing', 1),
    ]);
  });

  test('where two lines of the RMA ask for one SKU and only one unit came', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }));
    expect(judge(rmaFor(['SHIRT', 1], ['SHIRT', 1]), receipt).findings).toEqual([
      finding('SHIRT', 'missing', 1),
    ]);
  });

  test('where the warehouse counted fewer units than its details show', () => {
    const receipt = receiptOf(found('SHIRT', { available: 2 }, { counted: 1 }));
    expect(judge(rmaFor(['SHIRT', 2]), receipt).findings).toEqual([finding('SHIRT', 'missing', 1)]);
  });

  test('where the warehouse counted none, whatever its details show', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }, { counted: 0 }));
    expect(judge(rmaFor(['SHIRT', 1]), receipt).kind).toBe('exception');
  });

  test('where one line shows more than was counted: its surplus does not fill the gap of another', () => {
    const receipt = receiptOf(
      found('SHIRT', { available: 3 }, { counted: 1 }),
      found('SHIRT', { available: 0 }, { counted: 0 }),
    );
    expect(judge(rmaFor(['SHIRT', 2]), receipt).findings).toEqual([finding('SHIRT', 'missing', 1)]);
  });

  test('beside damaged ones: both are named, each with its own count', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1, damaged: 1 }));
    expect(judge(rmaFor(['SHIRT', 4]), receipt).findings).toEqual([
      finding('SHIRT', 'damaged', 1),
      finding('SHIRT', 'missing', 2),
    ]);
  });

  test('where its SKU differs by more than letter case and outer space: that is another item', () => {
    const verdict = judge(rmaFor(['SHIRT', 1]), receiptOf(found('SHIRT-', { available: 1 })));
    expect(verdict).toEqual({
      kind: 'exception',
      findings: [finding('SHIRT', 'missing', 1)],
      extras: [finding('SHIRT-', 'available', 1)],
    });
  });
});

describe('a unit that was counted and is then in no status makes an exception', () => {
  test('where the warehouse counted more units than its details show: nobody knows how they are', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }, { counted: 2 }));
    expect(judge(rmaFor(['SHIRT', 2]), receipt).findings).toEqual([finding('SHIRT', 'unaccounted', 1)]);
  });

  test('also where every unit that was asked for is available beside it', () => {
    const receipt = receiptOf(found('SHIRT', { available: 1 }, { counted: 2 }));
    expect(judge(rmaFor(['SHIRT', 1]), receipt)).toEqual({
      kind: 'exception',
      findings: [finding('SHIRT', 'unaccounted', 1)],
      extras: [],
    });
  });

  test('where the details of a counted line are empty', () => {
    expect(judge(rmaFor(['SHIRT', 2]), receiptOf(found('SHIRT', {}, { counted: 1 }))).findings).toEqual([
      finding('SHIRT', 'unaccounted', 1),
      finding('SHIRT', 'missing', 1),
    ]);
  });

  test('also on a line that may be of it, because its SKU differs in letter case alone', () => {
    const counted = found('shirt', { available: 1 }, { counted: 2 });
    expect(judge(rmaFor(['SHIRT', 1]), receiptOf(found('SHIRT', { available: 1 }), counted))).toEqual({
      kind: 'exception',
      findings: [finding('SHIRT', 'unaccounted', 1)],
      extras: [finding('shirt', 'available', 1)],
    });
  });

  test('but not on a line that was not on the RMA', () => {
    const hat = found('HAT', { available: 1 }, { onRma: false, counted: 2 });
    const receipt = receiptOf(found('SHIRT', { available: 1 }), hat);
    expect(judge(rmaFor(['SHIRT', 1]), receipt).kind).toBe('refundable');
  });
});
