import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedLabel, ToldLabel } from '../../src/returns/loop-facts.ts';
import {
  ownTrackingNumber,
  packageIdOf,
  trackingNumberOf,
  trackingNumbersOf,
} from '../../src/returns/package.ts';
import { record } from '../../src/returns/record.ts';
import type { Return } from '../../src/returns/return.ts';
import { wantedRma } from '../../src/returns/rma.ts';
import { item, labelTold, listed, loopTells, merchantWith, RETURN_ID, returnWith } from './fixtures.ts';

const shirt = item('SHIRT', { lineItemId: '71' });
const pants = item('PANTS', { lineItemId: '72' });
const items = [shirt, pants];
/** An item of the return that is not MasonHub's. */
const elsewhere = item('SOCKS', { lineItemId: '99' });
const day = (number: number) => `2026-03-0${number}T10:00:00.000Z`;
const told = (trackingNumber: string, at: string | null = null): ToldLabel => ({
  trackingNumber,
  at,
  standing: 'live',
  standingAt: at,
});

function returnOf(labels: readonly ListedLabel[], ...more: readonly ToldLabel[]): Return {
  return returnWith({ items: [...items, elsewhere], labels }, { labels: more });
}

describe('the package of a return', () => {
  test('is the return id while no label is known', () => {
    expect(packageIdOf(returnOf([]), items)).toBe(RETURN_ID);
    expect(trackingNumberOf(returnOf([]), items)).toBeNull();
  });

  test('is the first label that Loop lists', () => {
    expect(packageIdOf(returnOf([listed('1Z111'), listed('1Z222')]), items)).toBe('1Z111');
  });

  test('is the first listed label that covers one of the items of ours', () => {
    const facts = returnOf([listed('1Z111', '71'), listed('1Z222', '71', '72')]);
    expect(packageIdOf(facts, [pants])).toBe('1Z222');
    expect(packageIdOf(facts, [shirt])).toBe('1Z111');
  });

  test('is a listed label that names no items: it covers all of them', () => {
    expect(packageIdOf(returnOf([listed('1Z111', '71'), listed('1Z222')]), [pants])).toBe('1Z222');
  });

  test('is the return id where every listed label is for items of others', () => {
    expect(packageIdOf(returnOf([listed('1Z111', '99')]), items)).toBe(RETURN_ID);
  });

  test('is a listed label whose items have all been replaced: the parcel still bears it', () => {
    expect(packageIdOf(returnOf([listed('1Z111', '70')]), items)).toBe('1Z111');
  });

  test('is a listed label before one that came by itself, also an older one', () => {
    expect(packageIdOf(returnOf([listed('1Z222')], told('1Z111', day(1))), items)).toBe('1Z222');
  });

  test('is a label that came by itself where no listed one covers an item of ours', () => {
    expect(packageIdOf(returnOf([listed('1Z222', '99')], told('1Z111', day(1))), items)).toBe('1Z111');
  });

  test('is the oldest of the labels that came by themselves, in whatever order they came', () => {
    const facts = [told('1Z333', day(3)), told('1Z111', day(1)), told('1Z222', day(2))];
    expect(packageIdOf(returnOf([], ...facts), items)).toBe('1Z111');
    expect(packageIdOf(returnOf([], ...facts.toReversed()), items)).toBe('1Z111');
  });

  test('is the same one of two labels of one moment, in whatever order they came', () => {
    const facts = [told('1Z222', day(1)), told('1Z111', day(1))];
    expect(packageIdOf(returnOf([], ...facts), items)).toBe('1Z111');
    expect(packageIdOf(returnOf([], ...facts.toReversed()), items)).toBe('1Z111');
  });

  test('is known before Loop has told of the return itself', () => {
    const facts = { ...returnOf([], told('1Z111')), loop: null };
    expect(packageIdOf(facts, [])).toBe('1Z111');
  });

  test('is never a number that MasonHub would not take for its length: the next one is taken', () => {
    for (const bad of ['1234', '9'.repeat(101)]) {
      expect(packageIdOf(returnOf([listed(bad)]), items)).toBe(RETURN_ID);
      expect(packageIdOf(returnOf([listed(bad), listed('1Z222')]), items)).toBe('1Z222');
      expect(packageIdOf(returnOf([listed(bad)], told('1Z333')), items)).toBe('1Z333');
    }
    for (const good of ['12345', '9'.repeat(100)]) {
      expect(packageIdOf(returnOf([listed(good)]), items)).toBe(good);
    }
  });
});

describe('the number of a bag, where a return has one', () => {
  const inBag = (labels: readonly ListedLabel[], ...more: readonly ToldLabel[]) =>
    returnWith({ items: [...items, elsewhere], labels, packageReference: 'HR200250DB9E' }, { labels: more });

  test('is the package while there is no label', () => {
    expect(packageIdOf(inBag([]), items)).toBe('HR200250DB9E');
    expect(trackingNumberOf(inBag([]), items)).toBe('HR200250DB9E');
    expect(ownTrackingNumber(inBag([]))).toBe('HR200250DB9E');
  });

  test('is not the package where there is a tracking number, listed or by itself', () => {
    expect(packageIdOf(inBag([listed('1Z111')]), items)).toBe('1Z111');
    expect(packageIdOf(inBag([], told('1Z111', day(1))), items)).toBe('1Z111');
  });

  test('is the package where no label is for the items of ours, or is to be used, or is of a length that MasonHub takes', () => {
    expect(packageIdOf(inBag([listed('1Z111', '99')]), items)).toBe('HR200250DB9E');
    expect(packageIdOf(inBag([{ ...listed('1Z111'), standing: 'void' }]), items)).toBe('HR200250DB9E');
    expect(packageIdOf(inBag([listed('1234')]), items)).toBe('HR200250DB9E');
  });

  test('is not the package where MasonHub would not take it for its length', () => {
    for (const packageReference of ['HR20', 'x'.repeat(101)]) {
      expect(packageIdOf(returnWith({ items, packageReference }), items)).toBe(RETURN_ID);
    }
  });

  test('is one of the numbers that its parcel can bear, after those of the labels', () => {
    expect(trackingNumbersOf(inBag([]))).toEqual(['HR200250DB9E']);
    expect(trackingNumbersOf(inBag([listed('1Z111')]))).toEqual(['1Z111', 'HR200250DB9E']);
  });
});

test('every tracking number is known once, the one that stands for the return first', () => {
  const facts = returnOf([listed('1Z222'), listed('1Z111', '72')], told('1Z111', day(1)), told('1Z000'));
  expect(trackingNumbersOf(facts)).toEqual(['1Z222', '1Z111', '1Z000']);
  expect(trackingNumbersOf(returnOf([]))).toEqual([]);
});

test('the tracking number that people see is that of the RMA as soon as there is one', () => {
  const some = merchantWith({ loop: { destinations: ['31'] } });
  const elsewhere = [
    { ...shirt, destinationId: '99' },
    { ...pants, destinationId: '31' },
  ];
  const labels = [listed('1Z111', '71'), listed('1Z222', '72')];
  const seen = (told_: Return) => ownTrackingNumber({ ...told_, wanted: wantedRma(told_, some) });
  expect(seen(returnWith({ items: elsewhere, labels }))).toBe('1Z222');
  expect(seen(returnWith({ items: elsewhere, labels: [listed('1Z111', '71')] }))).toBeNull();
  expect(seen(returnWith({ items, labels }))).toBe('1Z111');
});

describe('the order in which labels come', () => {
  const merchant = merchantWith();
  const anyLabel = fc
    .tuple(
      fc.constantFrom('1Z111', '1Z222', '1Z333', '1234', '1Z444'),
      fc.option(fc.integer({ min: 1, max: 4 }).map(day)),
      fc.constantFrom('label.created', 'label.updated'),
    )
    .map(([trackingNumber, at, trigger]) => labelTold(trackingNumber, at, trigger));
  const told_ = loopTells({ items });

  test('never matters: the package is the same, also with a label told twice', () => {
    const courses = fc
      .array(anyLabel, { minLength: 1, maxLength: 6 })
      .chain((labels) =>
        fc.tuple(
          fc.constant([told_, ...labels]),
          fc.shuffledSubarray([told_, ...labels], { minLength: labels.length + 1 }),
        ),
      );
    const end = (events: readonly Parameters<typeof record>[1][]) => {
      let facts = returnWith({}, { loop: null });
      for (const event of events) facts = record(facts, event, merchant).after;
      return facts;
    };
    fc.assert(
      fc.property(courses, ([straight, shuffled]) => {
        expect(packageIdOf(end(shuffled), items)).toBe(packageIdOf(end(straight), items));
        expect(end(shuffled).wanted).toEqual(end(straight).wanted);
      }),
      { numRuns: 1000 },
    );
  });
});
