import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReturnItem } from '../../src/returns/loop-facts.ts';
import { item, labelTold, merchantWith, RETURN_ID } from './fixtures.ts';
import { factsWith, rmaOf } from './wanted.ts';

describe('the RMA for a return', () => {
  test("has Loop's return id as its number and the merchant's status to receive into", () => {
    const rma = rmaOf(factsWith([item('SHIRT')]), merchantWith({ masonhub: { receiveInto: 'quarantine' } }));
    expect(rma.rmaNumber).toBe(RETURN_ID);
    expect(rma.receiveInto).toBe('quarantine');
  });

  test('has one line for a SKU that comes several times for one reason, its units added up', () => {
    const items = [item('SHIRT'), item('PANTS'), item('SHIRT'), item('SHIRT', { units: 2 })];
    expect(rmaOf(factsWith(items)).lines).toEqual([
      { sku: 'SHIRT', units: 4, reason: 'other', note: null, orderReference: null },
      { sku: 'PANTS', units: 1, reason: 'other', note: null, orderReference: null },
    ]);
  });

  test('has a line for each reason of one SKU', () => {
    const merchant = merchantWith({ returnReasons: { 'too big': 'tooBig' } });
    const items = [item('SHIRT', { reason: 'Too big' }), item('SHIRT', { reason: 'Changed my mind' })];
    expect(rmaOf(factsWith(items), merchant).lines).toEqual([
      { sku: 'SHIRT', units: 1, reason: 'tooBig', note: 'Too big', orderReference: null },
      { sku: 'SHIRT', units: 1, reason: 'other', note: 'Changed my mind', orderReference: null },
    ]);
  });

  test('is the same for the same facts', () => {
    const facts = factsWith([item('SHIRT', { reason: 'Too big' })]);
    expect(rmaOf(facts)).toEqual(rmaOf(structuredClone(facts)));
  });
});

describe('the reason of a line', () => {
  const merchant = merchantWith({
    returnReasons: { 'item was too big': 'tooBig', size: 'tooSmall', 'arrived broken': 'damaged' },
  });
  const reasonOf = (facts: Partial<ReturnItem>) =>
    rmaOf(factsWith([item('SHIRT', facts)]), merchant).lines[0]?.reason;

  test("is what the merchant's table says of Loop's reason", () => {
    expect(reasonOf({ reason: 'Item was too big' })).toBe('tooBig');
  });

  test('is found whatever the letter case and the outer spaces', () => {
    expect(reasonOf({ reason: '  ITEM WAS too BIG ' })).toBe('tooBig');
  });

  test('is taken from the reason itself before its parent', () => {
    expect(reasonOf({ reason: 'Arrived broken', parentReason: 'Size' })).toBe('damaged');
  });

  test('is taken from the parent where the reason itself is not listed or not given', () => {
    expect(reasonOf({ reason: 'Sleeves', parentReason: 'Size' })).toBe('tooSmall');
    expect(reasonOf({ reason: null, parentReason: 'Size' })).toBe('tooSmall');
  });

  test('is other where neither is listed or given', () => {
    expect(reasonOf({ reason: 'Mood', parentReason: 'Weather' })).toBe('other');
    expect(reasonOf({})).toBe('other');
  });
});

describe('the note of a line', () => {
  const noteOf = (...reasons: (string | null)[]) =>
    rmaOf(factsWith(reasons.map((reason) => item('SHIRT', { reason })))).lines[0]?.note;

  test('is the reason in Loop, or its parent where there is no reason', () => {
    expect(noteOf('Too bright')).toBe('Too bright');
    const items = [item('SHIRT', { parentReason: 'Colour' })];
    expect(rmaOf(factsWith(items)).lines[0]?.note).toBe('Colour');
  });

  test('has each of several reasons once', () => {
    expect(noteOf('Too bright', 'Too dull', 'Too bright')).toBe('Too bright / Too dull');
  });

  test('has its spaces and line breaks made single spaces', () => {
    expect(noteOf(' Too\n\n  bright ')).toBe('Too bright');
  });

  test('is left out where it is shorter than MasonHub takes', () => {
    expect(noteOf('x')).toBeNull();
    expect(noteOf(' ')).toBeNull();
    expect(noteOf(null)).toBeNull();
  });

  test('is kept at exactly 2 and exactly 50 characters, and cut with an ellipsis beyond', () => {
    expect(noteOf('ok')).toBe('ok');
    expect(noteOf('x'.repeat(50))).toBe('x'.repeat(50));
    expect(noteOf('x'.repeat(51))).toBe(`${'x'.repeat(49)}…`);
  });

  test('has 2 to 50 characters for any reasons, and is never cut inside one', () => {
    const reason = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.string({ unit: fc.constantFrom('👕', 'x', ' '), maxLength: 200 }),
    );
    fc.assert(
      fc.property(fc.array(reason, { minLength: 1, maxLength: 4 }), (reasons) => {
        const note = noteOf(...reasons) ?? null;
        if (note === null) return;
        expect(note.length).toBeGreaterThanOrEqual(2);
        expect(note.length).toBeLessThanOrEqual(50);
        expect(note.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('the package of an RMA', () => {
  const packageOf = (...tracking: readonly string[]) => {
    const labels = tracking.map((trackingNumber) => ({
      trackingNumber,
      at: labelTold(null).at,
      standing: 'live' as const,
      standingAt: null,
    }));
    return rmaOf(factsWith([item('SHIRT')], {}, { labels })).packageId;
  };

  test("is the parcel's tracking number", () => {
    expect(packageOf('1Z999AA10123456784')).toBe('1Z999AA10123456784');
  });

  test('is the return id while there is no label', () => {
    expect(packageOf()).toBe(RETURN_ID);
  });

  test('is the return id where MasonHub would not take the tracking number for its length', () => {
    expect(packageOf('1234')).toBe(RETURN_ID);
    expect(packageOf('12345')).toBe('12345');
    expect(packageOf('9'.repeat(100))).toBe('9'.repeat(100));
    expect(packageOf('9'.repeat(101))).toBe(RETURN_ID);
  });
});

describe('the order of a line', () => {
  test.each([
    ['none', null],
    ['order_name', '#90507'],
    ['order_number', '90507'],
    ['provider_order_id', '5123456789012'],
  ] as const)('with orderReference %s is %j', (orderReference, expected) => {
    const merchant = merchantWith({ masonhub: { orderReference } });
    expect(rmaOf(factsWith([item('SHIRT')]), merchant).lines[0]?.orderReference).toBe(expected);
  });

  test('is left out where Loop does not name it', () => {
    const merchant = merchantWith({ masonhub: { orderReference: 'order_name' } });
    const facts = factsWith([item('SHIRT')], { orderName: null });
    expect(rmaOf(facts, merchant).lines[0]?.orderReference).toBeNull();
  });
});

test('an RMA asks for exactly the units of the return, SKU by SKU', () => {
  const anyItem = fc.record({
    lineItemId: fc.constant(null),
    sku: fc.constantFrom('SHIRT', 'PANTS', 'SOCKS'),
    units: fc.integer({ min: 1, max: 5 }),
    reason: fc.option(fc.constantFrom('Too big', 'Size', 'Mood', ' too BIG')),
    parentReason: fc.option(fc.constantFrom('Size', 'Weather')),
    destinationId: fc.constant(null),
  });
  const merchant = merchantWith({ returnReasons: { 'too big': 'tooBig', size: 'tooSmall' } });
  const totals = (parts: readonly { sku: string; units: number }[]) => {
    const sums: Record<string, number> = {};
    for (const { sku, units } of parts) sums[sku] = (sums[sku] ?? 0) + units;
    return sums;
  };
  fc.assert(
    fc.property(fc.array(anyItem, { minLength: 1, maxLength: 12 }), (items) => {
      const { lines } = rmaOf(factsWith(items), merchant);
      expect(totals(lines)).toEqual(totals(items));
      const keys = lines.map((line) => `${line.sku} ${line.reason}`);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test("an RMA holds nothing of the order where the merchant has not asked for it, and never the shopper's words", () => {
  const text = JSON.stringify(rmaOf(factsWith([item('SHIRT', { reason: 'Too big' })])));
  expect(text).not.toContain('90507');
  expect(Object.keys(rmaOf(factsWith([item('SHIRT')])).lines[0] ?? {}).sort()).toEqual([
    'note',
    'orderReference',
    'reason',
    'sku',
    'units',
  ]);
});
