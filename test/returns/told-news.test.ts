import { describe, expect, test } from 'vitest';
import { loopStates } from '../../src/returns/loop-facts.ts';
import { isEnough, isNews, isOlder } from '../../src/returns/told.ts';
import { dated } from './dated.ts';

describe('whether what Loop tells is older than what is known', () => {
  test.each([
    ['a webhook of an earlier edit', [1, null], [2, null], true],
    ['a webhook of the same edit', [2, null], [2, null], false],
    ['a webhook of a later edit', [3, null], [2, null], false],
    ['a webhook without a date', [null, null], [2, null], false],
    ['a webhook of an earlier edit than an answer tells', [1, null], [2, 4], true],
    ['a webhook of the edit that an answer tells', [2, null], [2, 4], false],
    ['a webhook of a later edit than an answer tells', [3, null], [2, 2], false],
    [
      'a webhook from before an answer that tells no edit: it may have come after',
      [1, null],
      [null, 2],
      false,
    ],
    ['a webhook of an edit after such an answer', [3, null], [null, 2], false],
    ['an answer of an earlier edit', [1, 3], [2, null], true],
    ['an answer of the same edit', [2, 4], [2, null], false],
    ['an answer of a later edit', [3, 3], [2, null], false],
    ['an answer from before the edit, without its date', [null, 1], [2, null], true],
    ['an answer from after the edit, without its date', [null, 3], [2, null], false],
    ['an answer from before another', [2, 3], [2, 4], true],
    ['an answer from before another, though it has no other date', [null, 3], [2, 4], true],
    ['an answer of the moment of another', [2, 4], [2, 4], false],
    ['an answer from after another', [2, 5], [2, 4], false],
  ] as const)('%s', (_, [edited, updated], [knownEdited, knownUpdated], older) => {
    expect(isOlder(dated(edited, updated), dated(knownEdited, knownUpdated))).toBe(older);
  });

  test('that it is closed never is, but beside a later word that it is', () => {
    for (const [edited, updated] of [
      [1, null],
      [null, null],
      [1, 1],
    ] as const) {
      expect(isOlder(dated(edited, updated, 'closed'), dated(2, 4))).toBe(false);
    }
    expect(isOlder(dated(1, null, 'closed'), dated(2, null, 'closed'))).toBe(true);
  });

  test.each(loopStates.filter((state) => state !== 'closed'))(
    'that it is %s always is, once it is closed',
    (state) => {
      expect(isOlder(dated(9, 9, state), dated(1, null, 'closed'))).toBe(true);
    },
  );

  test.each([
    ['a webhook of a later edit', [3, null], [2, null], false],
    ['a webhook of the same edit', [2, null], [2, null], true],
    ['a webhook without a date', [null, null], [2, null], true],
    ['a webhook of a later edit than the answer that told of the end', [5, null], [2, 4], false],
    ['a webhook of the edit that the answer told of', [2, null], [2, 4], true],
    ['a webhook from before an answer that tells no edit', [3, null], [null, 4], true],
    ['an answer from after the webhook that told of the end', [2, 3], [2, null], false],
    ['an answer of the moment of that webhook', [2, 2], [2, null], true],
    ['an answer from after the answer that told of the end', [2, 5], [2, 4], false],
  ] as const)(
    'that an ended return is open again is, unless its date is later: %s',
    (_, [edited, updated], [knownEdited, knownUpdated], older) => {
      for (const state of ['cancelled', 'expired'] as const) {
        for (const again of ['open', 'review', 'unknown'] as const) {
          const next = dated(edited, updated, again);
          expect(isOlder(next, dated(knownEdited, knownUpdated, state))).toBe(older);
        }
      }
    },
  );
});

describe('whether an answer tells anything new', () => {
  test.each([
    ['the state is another', [2, 4, 'review'], [2, 4], true],
    ['something changed that is no edit', [2, 5], [2, 4], true],
    ['nothing changed', [2, 4], [2, 4], false],
    ['only webhooks have told of it', [2, 4], [2, null], true],
    ['it is older than what an answer told', [1, 3], [2, 4], false],
    ['it has only the date of an edit, and a later one', [3, null], [2, null], true],
    ['it has only the date of an edit, and the same one', [2, null], [2, null], false],
    ['it has no date', [null, null], [2, 4], true],
  ] as const)('where %s', (_, [edited, updated, state], [knownEdited, knownUpdated], news) => {
    expect(isNews(dated(edited, updated, state), dated(knownEdited, knownUpdated))).toBe(news);
  });
});

describe('whether an answer tells enough of what was not understood', () => {
  const unread = { ...dated(2, null), unread: 'line_items: none', items: [] };
  const unknown = dated(2, null, 'unknown');

  test.each([
    ['the items', dated(2, 4), unread, true],
    ['the items, in a state that is not known either', dated(2, 4, 'unknown'), unread, true],
    ['the items, and both were unknown', dated(2, 4, 'unknown'), { ...unread, state: 'unknown' }, true],
    ['a state that is known', dated(2, 4), unknown, true],
    ['no state that is known', dated(2, 4, 'unknown'), unknown, false],
    ['no items', { ...dated(2, 4), unread: 'line_items: none' }, unread, false],
    ['the state, and no items', { ...dated(2, 4), unread: 'line_items: none' }, unknown, false],
    ['what was before', dated(1, 1), unread, false],
  ] as const)('where it tells %s', (_, told, known, enough) => {
    expect(isEnough(told, known)).toBe(enough);
  });
});
