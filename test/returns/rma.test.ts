import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Merchant } from '../../src/config/merchants.ts';
import type { LoopFacts, ReturnItem, ToldDestination } from '../../src/returns/loop-facts.ts';
import type { Return, Rma, WantedRma } from '../../src/returns/return.ts';
import { itemsOnRma, wantedRma } from '../../src/returns/rma.ts';
import { item, labelTold, listed, loopTells, merchantWith, RETURN_ID, returnWith } from './fixtures.ts';

function factsWith(
  items: readonly ReturnItem[],
  changes: Partial<LoopFacts> = {},
  more: Partial<Return> = {},
): Return {
  return returnWith({}, { loop: { ...loopTells({ items }).facts, ...changes }, ...more });
}

/** What is wanted, as a part of which the kind is known. */
function wantedAs<Kind extends WantedRma['kind']>(
  kind: Kind,
  facts: Return,
  merchant: Merchant = merchantWith(),
): Extract<WantedRma, { kind: Kind }> {
  const wanted = wantedRma(facts, merchant);
  if (wanted?.kind !== kind) throw new Error(`it is not ${kind}: ${JSON.stringify(wanted)}`);
  return wanted as Extract<WantedRma, { kind: Kind }>;
}

function rmaOf(facts: Return, merchant: Merchant = merchantWith()): Rma {
  return wantedAs('rma', facts, merchant).rma;
}

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

test('what is wanted is not known until Loop itself has told of the return', () => {
  expect(wantedRma(factsWith([], {}, { loop: null }), merchantWith())).toBeNull();
  expect(itemsOnRma(factsWith([], {}, { loop: null }), merchantWith())).toEqual([]);
});

describe('no RMA is wanted', () => {
  test.each(['cancelled', 'expired'] as const)('for a return that is %s', (state) => {
    expect(wantedRma(factsWith([item('SHIRT')], { state }), merchantWith())).toEqual({
      kind: 'none',
      why: `Loop says that the return is ${state}.`,
      endsAs: 'cancelled',
    });
  });

  test('for a cancelled return that could not have had one either', () => {
    const facts = factsWith([item('')], { state: 'cancelled' }, { loopReturnId: '12' });
    expect(wantedRma(facts, merchantWith())?.kind).toBe('none');
  });

  test.each(['open', 'review', 'unknown'] as const)('but one is for a return that is %s', (state) => {
    expect(rmaOf(factsWith([item('SHIRT')], { state })).lines).toHaveLength(1);
  });

  test('but one is for a return that is closed, where its parcel may come', () => {
    const labels = [listed('1Z111')];
    expect(rmaOf(factsWith([item('SHIRT')], { state: 'closed', labels })).lines).toHaveLength(1);
  });
});

describe('an RMA is impossible, and the reason says what to do', () => {
  const whyNot = (items: readonly ReturnItem[], rmaNumber = RETURN_ID): string => {
    return wantedAs('impossible', factsWith(items, {}, { rmaNumber })).why;
  };

  test('where an item has no SKU: the line item is named', () => {
    const why = whyNot([item('SHIRT'), item('', { lineItemId: '8812' })]);
    expect(why).toContain('Line item 8812 has no SKU');
    expect(why).toContain('correct the return in Loop');
  });

  test('where an item has no SKU and no line item id either', () => {
    expect(whyNot([item('', { lineItemId: null })])).toContain('An item has no SKU');
  });

  test('where a SKU is shorter or longer than MasonHub takes', () => {
    expect(whyNot([item('x')])).toContain('SKUs of 2 to 100 characters');
    expect(whyNot([item('x'.repeat(101))])).toContain('SKUs of 2 to 100 characters');
    expect(rmaOf(factsWith([item('xy'), item('x'.repeat(100))])).lines).toHaveLength(2);
  });

  test('where a long SKU is quoted: it is not cut inside a character', () => {
    expect(whyNot([item(`x${'👕'.repeat(80)}`)]).isWellFormed()).toBe(true);
    expect(whyNot([item(`${'👕'.repeat(80)}`)]).isWellFormed()).toBe(true);
    expect(whyNot([item(`x${'👕'.repeat(80)}`)])).not.toContain('\\ud83d');
  });

  test('where its number, which is the return id, is shorter than MasonHub takes', () => {
    expect(whyNot([item('SHIRT')], '1234')).toContain('at least 5 characters');
    expect(rmaOf(factsWith([item('SHIRT')], {}, { rmaNumber: '12345' })).rmaNumber).toBe('12345');
  });

  test('where the return has no items', () => {
    expect(whyNot([])).toContain('no items');
  });
});

describe('where the merchant lets a return have an RMA without some of its items', () => {
  const partial = merchantWith({ partialRmas: true });

  test('those without a usable SKU are left off, and their units counted', () => {
    const items = [item('SHIRT', { units: 2 }), item('', { units: 3 }), item('x'), item('y'.repeat(101))];
    const wanted = wantedAs('rma', factsWith(items), partial);
    expect(wanted.rma.lines.map((line) => [line.sku, line.units])).toEqual([['SHIRT', 2]]);
    expect(wanted.leftOut).toBe(5);
    expect(itemsOnRma(factsWith(items), partial)).toEqual([item('SHIRT', { units: 2 })]);
  });

  test('none is left off where all have one', () => {
    expect(wantedAs('rma', factsWith([item('SHIRT')]), partial).leftOut).toBe(0);
  });

  test('an RMA is impossible all the same where no item has one', () => {
    expect(wantedAs('impossible', factsWith([item('', { lineItemId: '8812' })]), partial).why).toContain(
      'Line item 8812 has no SKU',
    );
    expect(wantedAs('impossible', factsWith([]), partial).why).toContain('no items');
  });

  test('a label for an item that was left off is not the package', () => {
    const items = [item('', { lineItemId: '71' }), item('SHIRT', { lineItemId: '72' })];
    const labels = [listed('1Z111', '71'), listed('1Z222', '72')];
    expect(rmaOf(factsWith(items, { labels }), partial).packageId).toBe('1Z222');
  });

  test('the units on the RMA and those left off are together the units of the return', () => {
    const anyItems = fc.array(
      fc.record({ sku: fc.constantFrom('SHIRT', 'PANTS', '', 'x'), units: fc.integer({ min: 1, max: 4 }) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(anyItems, (parts) => {
        const wanted = wantedRma(factsWith(parts.map(({ sku, units }) => item(sku, { units }))), partial);
        if (wanted?.kind !== 'rma') return;
        const total = (lines: readonly { units: number }[]) => lines.reduce((sum, one) => sum + one.units, 0);
        expect(total(wanted.rma.lines) + wanted.leftOut).toBe(total(parts));
      }),
    );
  });
});

describe('where only some destinations are with MasonHub', () => {
  const merchant = merchantWith({ loop: { destinations: ['31', '32'] } });
  const told = (whole: string | null, byItem: ToldDestination['byItem'] = {}): Partial<Return> => ({
    destination: { whole, byItem },
  });
  const skus = (facts: Return) => rmaOf(facts, merchant).lines.map((line) => line.sku);
  const two = [item('SHIRT', { lineItemId: '71' }), item('PANTS', { lineItemId: '72' })];
  const boundFor = (shirt: string | null, pants: string | null) => [
    item('SHIRT', { lineItemId: '71', destinationId: shirt }),
    item('PANTS', { lineItemId: '72', destinationId: pants }),
  ];

  test.each(['31', '32'])('a return bound for %s has all of its items on the RMA', (destinationId) => {
    expect(skus(factsWith(two, { destinationId }))).toEqual(['SHIRT', 'PANTS']);
  });

  test('a return bound for another one has no RMA, and the reason names it', () => {
    expect(wantedAs('none', factsWith(two, { destinationId: '99' }), merchant).why).toContain(
      'Loop destination 99',
    );
    expect(itemsOnRma(factsWith(two, { destinationId: '99' }), merchant)).toEqual([]);
  });

  test("an item's own destination goes before that of the return", () => {
    expect(skus(factsWith(boundFor('99', null), { destinationId: '31' }))).toEqual(['PANTS']);
    expect(skus(factsWith(boundFor('31', null), { destinationId: '99' }))).toEqual(['SHIRT']);
  });

  test('items bound for several of them are all on the RMA', () => {
    expect(skus(factsWith(boundFor('31', '32')))).toEqual(['SHIRT', 'PANTS']);
  });

  test('an item bound for another one makes nothing impossible, not even without a SKU', () => {
    const items = [item('SHIRT', { destinationId: '31' }), item('', { destinationId: '99' })];
    expect(wantedAs('rma', factsWith(items), merchant)).toMatchObject({ leftOut: 0 });
  });

  test('a label for an item bound for another one is not the package', () => {
    const labels = [listed('1Z111', '71'), listed('1Z222', '72')];
    expect(rmaOf(factsWith(boundFor('99', '31'), { labels }), merchant).packageId).toBe('1Z222');
  });

  test('a return of which Loop has not said where it is bound for is unknown', () => {
    expect(wantedRma(factsWith(two), merchant)).toEqual({ kind: 'unknown' });
    expect(itemsOnRma(factsWith(two), merchant)).toEqual([]);
  });

  test('a return is unknown also where only one item is without a destination', () => {
    expect(wantedRma(factsWith(boundFor('31', null)), merchant)).toEqual({ kind: 'unknown' });
    expect(wantedRma(factsWith(boundFor('99', null)), merchant)).toEqual({ kind: 'unknown' });
  });

  test('what Loop answers when it is asked counts where the delivery does not say', () => {
    expect(skus(factsWith(two, {}, told('31')))).toEqual(['SHIRT', 'PANTS']);
    expect(skus(factsWith(two, {}, told(null, { '71': '31', '72': '99' })))).toEqual(['SHIRT']);
    expect(skus(factsWith(two, {}, told('99', { '72': '31' })))).toEqual(['PANTS']);
    expect(skus(factsWith(boundFor(null, '31'), {}, told('99')))).toEqual(['PANTS']);
    expect(skus(factsWith(two, { destinationId: '31' }, told('99')))).toEqual(['SHIRT', 'PANTS']);
  });

  test('an answer that names only others means that no RMA is opened', () => {
    expect(wantedAs('none', factsWith(two, {}, told('99')), merchant).why).toContain('Loop destination 99');
    const several = wantedAs('none', factsWith(two, {}, told(null, { '71': '98', '72': '99' })), merchant);
    expect(several.why).toContain('98, 99');
  });

  test('an RMA is impossible where Loop was asked and still does not say', () => {
    const why = wantedAs('impossible', factsWith(two, {}, told(null)), merchant).why;
    expect(why).toContain('does not say which destination');
    expect(why).toContain('retry');
    expect(wantedAs('impossible', factsWith(boundFor('99', null), {}, told(null)), merchant)).toBeDefined();
  });

  test('a cancelled return wants none, wherever it is bound for', () => {
    expect(wantedAs('none', factsWith(two, { state: 'cancelled' }), merchant).why).toContain('cancelled');
  });

  test('elsewhere destinations do not matter', () => {
    expect(rmaOf(factsWith(boundFor('99', null), { destinationId: '98' })).lines).toHaveLength(2);
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
