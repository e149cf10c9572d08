import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReturnItem, ToldDestination } from '../../src/returns/loop-facts.ts';
import type { Return } from '../../src/returns/return.ts';
import { itemsOnRma, wantedRma } from '../../src/returns/rma.ts';
import { item, listed, merchantWith, RETURN_ID } from './fixtures.ts';
import { factsWith, rmaOf, wantedAs } from './wanted.ts';

/** Whether a return has an RMA at all, and which of its items are on it. */

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

  test('an item of which Loop does not say it, also asked, is expected beside one of ours', () => {
    expect(skus(factsWith(boundFor('31', null), {}, told(null)))).toEqual(['SHIRT', 'PANTS']);
  });

  test('items bound for another one are counted, and those that are expected are not', () => {
    expect(wantedAs('rma', factsWith(boundFor('31', '99')), merchant)).toMatchObject({ elsewhere: 1 });
    const unknown = factsWith(boundFor('31', null), {}, told(null));
    expect(wantedAs('rma', unknown, merchant)).toMatchObject({ elsewhere: 0 });
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
