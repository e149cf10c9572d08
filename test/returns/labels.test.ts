import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemsOnNoLabel, knownLabels, labelsFor, mergeLabels } from '../../src/returns/labels.ts';
import {
  type LabelStanding,
  type ListedLabel,
  labelStandings,
  type ToldLabel,
} from '../../src/returns/loop-facts.ts';
import { packageIdOf } from '../../src/returns/package.ts';
import { record } from '../../src/returns/record.ts';
import type { Return } from '../../src/returns/return.ts';
import { item, labelTold, listed, merchantWith, RETURN_ID, returnWith } from './fixtures.ts';

const shirt = item('SHIRT', { lineItemId: '71' });
const pants = item('PANTS', { lineItemId: '72' });
const items = [shirt, pants];
const day = (number: number) => `2026-03-0${number}T10:00:00.000Z`;

/** A label that Loop lists: how it stands, when that was told, and which items it covers. */
function label(
  trackingNumber: string,
  standing: LabelStanding,
  at: string | null = null,
  ...ids: readonly string[]
): ListedLabel {
  return { ...listed(trackingNumber, ...ids), standing, at };
}

function told(trackingNumber: string, standing: LabelStanding, standingAt: string | null): ToldLabel {
  return { trackingNumber, at: day(1), standing, standingAt };
}

function returnOf(labels: readonly ListedLabel[], ...byThemselves: readonly ToldLabel[]): Return {
  return returnWith({ items, labels }, { labels: byThemselves });
}

const packageOf = (facts: Return) => packageIdOf(facts, items);
const inOrder = (facts: Return) => labelsFor(facts, items).map(({ trackingNumber }) => trackingNumber);
const standings = (facts: Return) =>
  Object.fromEntries(knownLabels(facts).map(({ trackingNumber, standing }) => [trackingNumber, standing]));

describe('a label that is not to be used', () => {
  test('is no package id where another one is in use, whatever its place in the list', () => {
    const dead = label('1Z000', 'void');
    for (const standing of ['live', 'delivered'] as const) {
      const alive = label('1Z111', standing);
      expect(packageOf(returnOf([dead, alive]))).toBe('1Z111');
      expect(packageOf(returnOf([alive, dead]))).toBe('1Z111');
      expect(packageOf(returnOf([label('1Z222', 'void'), alive, dead]))).toBe('1Z111');
    }
  });

  test('is none either where the one in use came by itself', () => {
    expect(packageOf(returnOf([label('1Z000', 'void')], told('1Z111', 'live', day(1))))).toBe('1Z111');
    expect(packageOf(returnOf([], told('1Z000', 'void', day(1)), told('1Z111', 'live', day(2))))).toBe(
      '1Z111',
    );
  });

  test('comes last also where it covers the items and the one in use covers one of them', () => {
    expect(packageOf(returnOf([label('1Z000', 'void'), label('1Z111', 'live', null, '72')]))).toBe('1Z111');
  });

  test('stands for the parcel as long as there is no other: the shopper may have used it', () => {
    expect(packageOf(returnOf([label('1Z000', 'void')]))).toBe('1Z000');
    expect(packageOf(returnOf([]))).toBe(RETURN_ID);
  });

  test('is told by a label that comes by itself, though Loop listed it as in use', () => {
    const list = [label('1Z000', 'live', day(1)), label('1Z111', 'live', day(1))];
    expect(packageOf(returnOf(list))).toBe('1Z000');
    expect(packageOf(returnOf(list, told('1Z000', 'void', day(2))))).toBe('1Z111');
    expect(packageOf(returnOf(list, told('1Z000', 'void', null)))).toBe('1Z111');
  });
});

describe('how a label stands', () => {
  test.each([
    ['void', day(3), 'live', day(2), 'void'],
    ['void', day(2), 'live', day(3), 'live'],
    ['live', day(3), 'void', day(2), 'live'],
    ['live', day(2), 'void', day(3), 'void'],
    ['live', day(2), 'delivered', day(3), 'delivered'],
  ] as const)(
    'is as it was told last: listed as %s on %s, and by itself as %s on %s, it is %s',
    (inList, listedAt, byItself, toldAt, standing) => {
      const facts = returnOf([label('1Z000', inList, listedAt)], told('1Z000', byItself, toldAt));
      expect(standings(facts)).toEqual({ '1Z000': standing });
    },
  );

  test.each([
    [null, day(3)],
    [day(2), null],
    [day(2), day(2)],
    [null, null],
  ])('is not to be used where the dates %s and %s do not say which was told last', (listedAt, toldAt) => {
    const listedVoid = returnOf([label('1Z000', 'void', listedAt)], told('1Z000', 'live', toldAt));
    const toldVoid = returnOf([label('1Z000', 'live', listedAt)], told('1Z000', 'void', toldAt));
    expect([listedVoid, toldVoid].map(standings)).toEqual([{ '1Z000': 'void' }, { '1Z000': 'void' }]);
  });

  test('is the same in whatever order the label itself told it', () => {
    const merchant = merchantWith();
    const anyNews = fc
      .uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
      .chain((days) =>
        fc.tuple(
          ...days.map((at) => fc.constantFrom(...labelStandings).map((standing) => ({ at, standing }))),
        ),
      );
    const end = (news: readonly { at: number; standing: LabelStanding }[]) => {
      let facts = returnOf([]);
      for (const { at, standing } of news) {
        facts = record(facts, { ...labelTold('1Z000', day(at)), standing }, merchant).after;
      }
      return facts.labels;
    };
    fc.assert(
      fc.property(
        anyNews.chain((news) =>
          fc.tuple(fc.constant(news), fc.shuffledSubarray(news, { minLength: news.length })),
        ),
        ([news, shuffled]) => {
          const latest = news.toSorted((one, other) => one.at - other.at).at(-1);
          expect(end(shuffled)).toEqual(end(news));
          expect(end(shuffled)).toMatchObject([
            { standing: latest?.standing, standingAt: day(latest?.at ?? 0) },
          ]);
        },
      ),
    );
  });
});

describe('a newer label', () => {
  const older = label('1Z111', 'live', day(1));

  test('replaces an older one for the same items, whatever their places in the list', () => {
    const newer = label('1Z222', 'live', day(2));
    expect(packageOf(returnOf([older, newer]))).toBe('1Z222');
    expect(packageOf(returnOf([newer, older]))).toBe('1Z222');
    expect(packageOf(returnOf([label('1Z111', 'live', day(1), '71'), newer]))).toBe('1Z222');
    const delivered = label('1Z222', 'delivered', day(2));
    expect(packageOf(returnOf([older, delivered]))).toBe('1Z222');
  });

  test.each([
    ['is not to be used', label('1Z222', 'void', day(2))],
    ['is for other items', label('1Z222', 'live', day(2), '72')],
    ['has no date', label('1Z222', 'live', null)],
    ['is of the same moment', label('1Z222', 'live', day(1))],
  ])('replaces none where it %s', (_, newer) => {
    expect(packageOf(returnOf([label('1Z111', 'live', day(1), '71', '72'), newer]))).toBe('1Z111');
  });

  test('replaces none that has no date', () => {
    expect(packageOf(returnOf([label('1Z111', 'live'), label('1Z222', 'live', day(2))]))).toBe('1Z111');
  });

  test('that came by itself replaces none, as it can be for another parcel; nor is it replaced', () => {
    const newer = { ...told('1Z222', 'live', day(2)), at: day(2) };
    expect(packageOf(returnOf([older], newer))).toBe('1Z111');
    const both = [older, label('1Z222', 'live', day(2))];
    expect(inOrder(returnOf(both, told('1Z000', 'live', day(1))))).toEqual(['1Z222', '1Z000', '1Z111']);
  });

  test('that is not to be used puts none behind another one', () => {
    const facts = returnOf([older, label('1Z222', 'void', day(2))], told('1Z000', 'live', day(1)));
    expect(inOrder(facts)).toEqual(['1Z111', '1Z000', '1Z222']);
  });
});

describe('the items that are on no label', () => {
  const skus = (...labels: readonly ListedLabel[]) => itemsOnNoLabel(returnOf(labels)).map(({ sku }) => sku);

  test('are those that none names, where every label names its items', () => {
    expect(skus(listed('1Z111', '71'))).toEqual(['PANTS']);
    expect(skus(listed('1Z111', '72'), listed('1Z222', '72'))).toEqual(['SHIRT']);
    expect(skus(listed('1Z111', '71'), listed('1Z222', '72'))).toEqual([]);
  });

  test('are none where a label names no items: it can cover all of them', () => {
    expect(skus(listed('1Z111', '71'), listed('1Z222'))).toEqual([]);
    const beside = returnOf([listed('1Z111', '71')], told('1Z222', 'live', day(1)));
    expect(itemsOnNoLabel(beside)).toEqual([]);
  });

  test('are none where there is no label, or none that counts: one can still come', () => {
    expect(skus()).toEqual([]);
    expect(skus(label('1Z111', 'void', null, '71'))).toEqual([]);
    expect(itemsOnNoLabel({ ...returnOf([]), loop: null })).toEqual([]);
  });

  test('are none where the labels name nothing of the return as it is now', () => {
    expect(skus(listed('1Z111', '99'))).toEqual([]);
  });

  test('are not those that a label names, whatever has become of it', () => {
    expect(skus(label('1Z111', 'void', null, '72'), listed('1Z222', '71'))).toEqual([]);
    expect(skus(label('1Z111', 'delivered', null, '72'), listed('1Z222', '71'))).toEqual([]);
  });

  test('are not those without an id, of which no label can tell', () => {
    const nameless = item('HAT', { lineItemId: null });
    const facts = returnWith({ items: [shirt, nameless], labels: [listed('1Z111', '71')] });
    expect(itemsOnNoLabel(facts)).toEqual([]);
  });
});

describe('two lists of labels that cannot be put in order', () => {
  const numbers = (labels: readonly ListedLabel[]) => labels.map(({ trackingNumber }) => trackingNumber);

  test('have each label once, as it was told last', () => {
    const one = [label('1Z111', 'live', day(1)), label('1Z222', 'void', day(3))];
    const other = [label('1Z111', 'void', day(2)), label('1Z222', 'live', day(2))];
    const merged = [label('1Z111', 'void', day(2)), label('1Z222', 'void', day(3))];
    expect(mergeLabels(one, other)).toEqual(merged);
    expect(mergeLabels(other, one)).toEqual(merged);
  });

  test('keep that one is not to be used where no date says which was told last', () => {
    const merged = [label('1Z111', 'void')];
    expect(mergeLabels([label('1Z111', 'live')], merged)).toEqual(merged);
    expect(mergeLabels(merged, [label('1Z111', 'live')])).toEqual(merged);
  });

  test('keep the items that only one of them names', () => {
    const [merged] = mergeLabels([label('1Z111', 'live', day(2))], [label('1Z111', 'live', day(1), '71')]);
    expect(merged).toEqual(label('1Z111', 'live', day(2), '71'));
    expect(mergeLabels([label('1Z111', 'live', day(1), '71')], [label('1Z111', 'live', day(2))])).toEqual([
      merged,
    ]);
  });

  test.each([
    ['all that either names, where no date says which was told last', null, null, ['71', '72']],
    ['all, of one date', day(1), day(1), ['71', '72']],
    ['those told last', day(1), day(2), ['72']],
    ['those told last, in whatever order they come', day(2), day(1), ['71']],
  ] as const)('have of one label the items: %s', (_, one, other, ids) => {
    const merged = mergeLabels([label('1Z111', 'live', one, '71')], [label('1Z111', 'live', other, '72')]);
    expect(merged.map(({ lineItemIds }) => lineItemIds)).toEqual([ids]);
  });

  test('have of one label the items that the list with more labels names: an item has moved to the new one', () => {
    const before = [listed('1Z111', '71', '72')];
    const after = [listed('1Z111', '71'), listed('1Z222', '72')];
    expect(mergeLabels(before, after)).toEqual(after);
    expect(mergeLabels(after, before)).toEqual(after);
  });

  test('have the order of the one that has them all, or else of the first', () => {
    const both = [listed('1Z222'), listed('1Z111')];
    expect(numbers(mergeLabels(both, [listed('1Z111')]))).toEqual(['1Z222', '1Z111']);
    expect(numbers(mergeLabels([listed('1Z111')], both))).toEqual(['1Z222', '1Z111']);
    expect(numbers(mergeLabels([listed('1Z111')], [listed('1Z222')]))).toEqual(['1Z111', '1Z222']);
    expect(mergeLabels([], both)).toEqual(both);
    expect(mergeLabels(both, [])).toEqual(both);
  });
});
