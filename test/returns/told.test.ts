import { describe, expect, test } from 'vitest';
import type { ListedLabel, LoopFacts } from '../../src/returns/loop-facts.ts';
import { withKnown, withLate } from '../../src/returns/told.ts';
import { dated, day } from './dated.ts';
import { answerTells, item, listed, loopTells } from './fixtures.ts';

const shirt = item('SHIRT', { lineItemId: '71' });
const pants = item('PANTS', { lineItemId: '72' });
const numbers = ({ labels }: LoopFacts) => labels.map((label) => label.trackingNumber);
const skus = ({ items }: LoopFacts) => items.map(({ sku }) => sku);

describe('the webhook of the creation, which comes late', () => {
  const both = [{ ...listed('1Z111'), lineItemIds: ['71', '72'] }];
  const edited = loopTells({
    trigger: 'return.updated',
    at: day(2),
    items: [shirt, pants],
    labels: both,
  }).facts;

  test.each([
    ['is of the same second', { at: day(2) }],
    ['bears no date', { at: null }],
  ])('takes back no item, and none from its label, where it %s', (_, date) => {
    const created = loopTells({ ...date, items: [shirt], labels: [listed('1Z111', '71')] });
    expect(withKnown(created, edited)).toMatchObject({
      editedAt: day(2),
      items: [shirt, pants],
      labels: both,
    });
  });

  test('brings back no item that an edit of the same second took off', () => {
    const created = loopTells({ at: day(2), items: [shirt, pants] });
    const without = loopTells({ trigger: 'return.updated', at: day(2), items: [shirt] }).facts;
    expect(skus(withKnown(created, without))).toEqual(['SHIRT']);
  });

  test('does not say on which label an item is that came since', () => {
    const shown = answerTells({
      at: day(2),
      updatedAt: day(2),
      items: [shirt, pants],
      labels: [listed('1Z111')],
    });
    const created = loopTells({ at: day(1), items: [shirt], labels: [listed('1Z111', '71')] });
    expect(withLate(created.facts, shown.facts).labels).toEqual([listed('1Z111')]);
    const ofTheSameSecond = loopTells({ at: day(2), items: [shirt], labels: [listed('1Z111', '71')] });
    expect(withKnown(ofTheSameSecond, shown.facts).labels).toEqual([listed('1Z111')]);
    expect(withKnown(shown, created.facts).labels).toEqual([listed('1Z111')]);
  });

  test('takes no item from its label where it is older', () => {
    const created = loopTells({ at: day(1), items: [shirt], labels: [listed('1Z111', '71')] }).facts;
    expect(withLate(created, edited).labels).toEqual(both);
  });
});

test('a label that is emptied later than what is known does not cover what it did, and another may be on anything', () => {
  const at = (on: string, label: ListedLabel): ListedLabel => ({ ...label, at: on });
  const edit = { trigger: 'return.updated', at: day(1), items: [shirt, pants] };
  const before = loopTells({
    ...edit,
    labels: [at(day(1), listed('1Z111', '71')), at(day(1), listed('1Z222'))],
  });
  const moved = [at(day(2), listed('1Z111')), at(day(2), listed('1Z222', '71'))];
  const told = [
    loopTells({ ...edit, labels: moved }),
    answerTells({ ...edit, updatedAt: day(2), labels: moved }),
  ];
  expect(told.map((event) => withKnown(event, before.facts).labels)).toEqual([moved, moved]);
  expect(
    withKnown({ ...loopTells({ ...edit, labels: moved }), shownLabels: 'newest' }, before.facts).labels,
  ).toEqual([at(day(2), listed('1Z111', '71')), at(day(2), listed('1Z222', '71'))]);
});

describe('what a webhook tells beside what is known', () => {
  const known = answerTells({
    at: day(2),
    updatedAt: day(4),
    items: [pants],
    labels: [listed('1Z222')],
  }).facts;

  test('is all of it where it tells of a later edit', () => {
    const next = loopTells({ at: day(5), items: [shirt], labels: [listed('1Z333')] });
    expect(withKnown(next, known)).toEqual({ ...next.facts, updatedAt: day(5) });
  });

  test('is its state, but not its items, where it may be from before an answer', () => {
    const next = loopTells({ at: day(2), items: [shirt], state: 'review', unread: 'line_items: gone' });
    expect(withKnown(next, known)).toMatchObject({
      state: 'review',
      items: [pants],
      unread: null,
      editedAt: day(2),
      updatedAt: day(4),
    });
  });

  test('is its items, which are all, where it is of the same edit as an answer that may lack some', () => {
    const next = loopTells({ at: day(2), items: [shirt, pants] });
    expect(withKnown(next, known)).toMatchObject({ items: [shirt, pants], updatedAt: day(4) });
    expect(skus(withKnown(loopTells({ at: day(1), items: [shirt] }), known))).toEqual(['PANTS']);
  });

  test('does not date the items of an answer that tells no edit', () => {
    const undated = { ...known, editedAt: null };
    const first = withKnown(loopTells({ at: day(1), items: [shirt] }), undated);
    const second = withKnown(loopTells({ at: day(3), items: [shirt] }), first);
    expect([first, second].map(skus)).toEqual([['PANTS'], ['PANTS']]);
    expect(skus(withKnown(loopTells({ at: day(5), items: [shirt] }), second))).toEqual(['SHIRT']);
  });

  test('adds its labels to those that are known, and forgets none', () => {
    const late = loopTells({ at: day(2), labels: [listed('1Z111')] });
    expect(numbers(withKnown(late, known))).toEqual(['1Z222', '1Z111']);
    const both = loopTells({ at: day(2), labels: [listed('1Z111'), listed('1Z222')] });
    expect(numbers(withKnown(both, known))).toEqual(['1Z111', '1Z222']);
    expect(numbers(withKnown(loopTells({ at: day(5) }), known))).toEqual(['1Z222']);
  });

  test('has the labels of the one that lists more, of two of one edit, in whatever order they come', () => {
    const before = loopTells({ labels: [{ ...listed('1Z111'), at: day(1) }] });
    const after = loopTells({
      labels: [
        { ...listed('1Z111'), standing: 'void', at: day(2) },
        { ...listed('1Z222'), at: day(2) },
      ],
    });
    expect(withKnown(after, before.facts).labels).toEqual(after.facts.labels);
    expect(withKnown(before, after.facts).labels).toEqual(after.facts.labels);
  });

  test('has its own labels where a later edit lists fewer', () => {
    const facts = loopTells({ at: day(1), labels: [listed('1Z111'), listed('1Z222')] }).facts;
    expect(numbers(withKnown(loopTells({ at: day(2), labels: [listed('1Z222')] }), facts))).toEqual([
      '1Z222',
    ]);
  });
});

describe('a later edit that shows the newest label alone, as older webhooks do,', () => {
  const known = loopTells({
    at: day(1),
    items: [shirt, pants],
    labels: [listed('1Z111', '71'), listed('1Z222', '72')],
  }).facts;
  const labelsAfter = (number: string) => {
    const shows = { shownLabels: 'newest', labels: [listed(number)] } as const;
    return withKnown(loopTells({ at: day(2), items: [shirt, pants], ...shows }), known).labels;
  };

  test('leaves the others, and what each of them covers', () => {
    expect(labelsAfter('1Z222')).toEqual(known.labels);
  });

  test('puts one that is new first', () => {
    expect(labelsAfter('1Z333')).toEqual([listed('1Z333'), ...known.labels]);
  });
});

describe('what an answer tells beside what is known', () => {
  const known: LoopFacts = {
    ...loopTells({ at: day(2), destinationId: '31', packageReference: 'HR200250DB9E' }).facts,
    items: [{ ...shirt, parentReason: 'Size', destinationId: '31' }, pants],
    labels: [listed('1Z111', '71'), listed('1Z222', '72')],
  };
  const answer = (changes: Parameters<typeof answerTells>[0]) =>
    answerTells({ at: day(2), updatedAt: day(4), items: [shirt, pants], ...changes });

  test('leaves what it does not show as it was told before', () => {
    const shown = answer({ labels: [] });
    const bare = { orderName: null, orderNumber: null, providerOrderId: null };
    expect(withKnown({ ...shown, facts: { ...shown.facts, ...bare } }, known)).toEqual({
      ...known,
      updatedAt: day(4),
    });
  });

  test('keeps an item that an answer about the same edit lacks', () => {
    expect(withKnown(answer({ items: [pants] }), known).items).toMatchObject([pants, { sku: 'SHIRT' }]);
    expect(withKnown(answer({ at: day(3), items: [pants] }), known).items).toMatchObject([pants]);
  });

  test('has what it does show in place of it', () => {
    const edited = { at: day(3), items: [pants] };
    const shown = answer({ state: 'review', destinationId: '99', packageReference: 'HR300', ...edited });
    const others = { orderName: '#2', orderNumber: '2', providerOrderId: '3' };
    expect(withKnown({ ...shown, facts: { ...shown.facts, ...others } }, known)).toMatchObject({
      ...others,
      state: 'review',
      destinationId: '99',
      packageReference: 'HR300',
      items: [pants],
    });
  });

  test('puts a label that is new first, and leaves the others, with the items that they cover', () => {
    const labels = withKnown(answer({ labels: [listed('1Z333')] }), known).labels;
    expect(labels).toEqual([listed('1Z333'), ...known.labels]);
  });

  test('says how a known label stands, and not that it covers others', () => {
    const labels = withKnown(answer({ labels: [{ ...listed('1Z222'), standing: 'void' }] }), known).labels;
    expect(labels).toEqual([known.labels[0], { ...listed('1Z222', '72'), standing: 'void' }]);
  });

  test('has a label for all items where it shows one after an edit that left none of its own', () => {
    const socks = item('SOCKS', { lineItemId: '81' });
    const shown = answer({ at: day(3), items: [socks], labels: [listed('1Z222')] });
    expect(withKnown(shown, known).labels).toEqual([listed('1Z111', '71'), listed('1Z222')]);
    const unedited = answer({ items: [socks], labels: [listed('1Z222')] });
    expect(withKnown(unedited, known).labels).toEqual(known.labels);
  });
});

describe('what is known of a return', () => {
  test('is all that is told where nothing was known', () => {
    for (const told of [loopTells(), answerTells({ updatedAt: day(4) })]) {
      expect(withKnown(told, null)).toEqual(told.facts);
    }
  });

  test('keeps that it was open once, whoever told it', () => {
    const closed = loopTells({ state: 'closed', at: day(5) });
    expect(withKnown(closed, loopTells().facts).heardOpen).toBe(true);
    expect(withKnown(closed, closed.facts).heardOpen).toBe(false);
    expect(withLate(loopTells().facts, closed.facts).heardOpen).toBe(true);
    expect(withLate(closed.facts, closed.facts).heardOpen).toBe(false);
  });

  test('keeps when it was last updated, or edited after that', () => {
    const known = dated(2, 4);
    expect(withKnown(loopTells({ at: day(2) }), known).updatedAt).toBe(day(4));
    expect(withKnown(loopTells({ at: day(5) }), known).updatedAt).toBe(day(5));
    expect(withKnown(loopTells({ at: null }), known).updatedAt).toBe(day(4));
    expect(withKnown(loopTells({ at: day(5) }), dated(2, null)).updatedAt).toBeNull();
  });

  test('gains from what comes too late only its labels, its bag, and that it was open', () => {
    const known = loopTells({ at: day(5), state: 'review', items: [shirt], labels: [listed('1Z222')] }).facts;
    const late = loopTells({
      at: day(1),
      items: [pants],
      labels: [listed('1Z111'), { ...listed('1Z222', '72'), standing: 'void', at: day(1) }],
      packageReference: 'HR200250DB9E',
    }).facts;
    expect(withLate(late, known)).toEqual({
      ...known,
      packageReference: 'HR200250DB9E',
      labels: [listed('1Z111'), { ...listed('1Z222'), standing: 'void', at: day(1) }],
    });
  });
});
