import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readStanding, readState, realTrackingNumber } from '../../../src/vendors/loop/words.ts';

describe("Loop's word for a return's state", () => {
  test.each([
    ['open', 'open'],
    ['closed', 'closed'],
    ['cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
    ['expired', 'expired'],
    ['review', 'review'],
    ['in_review', 'review'],
    ['in-review', 'review'],
    ['needs review', 'review'],
    ['needs_review', 'review'],
    ['Needs Review', 'review'],
    [' OPEN ', 'open'],
  ])('%j is %s', (word, state) => {
    expect(readState(word)).toEqual({ state, word: null });
  });

  test.each(['partial', 'processing', 'processed', 'opened', 'not closed', 'awaiting_pickup', 'zurück'])(
    '%j is not known, and is kept as it is written',
    (word) => {
      expect(readState(word)).toEqual({ state: 'unknown', word });
    },
  );

  test.each([
    '',
    ' ',
    'Ada [e-mail]',
    'ada@example.com',
    '<b>open</b>',
    'one two three four five six',
    'x'.repeat(41),
  ])('%j is no word for a state, and is not kept', (word) => {
    expect(readState(word)).toEqual({ state: 'unknown', word: null });
  });

  test('whatever it is, is read, and only a word that is not known is kept', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (word) => {
        const read = readState(word);
        expect([null, ...(read.state === 'unknown' ? [word] : [])]).toContain(read.word);
      }),
    );
  });
});

describe("the carrier's word for a label", () => {
  test.each(['cancelled', 'canceled', 'expired', 'failure', 'error', 'voided', 'Cancelled'])(
    '%s says that it is not to be used',
    (word) => {
      expect(readStanding(word)).toBe('void');
    },
  );

  test.each(['delivered', 'Delivered'])('%s says that its parcel has come', (word) => {
    expect(readStanding(word)).toBe('delivered');
  });

  test.each([
    'new',
    'pending',
    'pre_transit',
    'in_transit',
    'out_for_delivery',
    'N/A',
    'a_word_of_next_year',
    '',
    null,
  ])('%j speaks against nothing', (word) => {
    expect(readStanding(word)).toBe('live');
  });
});

describe('a tracking number', () => {
  test.each(['N/A', 'n/a', 'NA', 'pending', 'Pending', 'none', 'null', null])(
    'is none where it is %j',
    (text) => {
      expect(realTrackingNumber(text)).toBeNull();
    },
  );

  test.each(['1Z999AA10123456784', 'HR200250DB9E', 'NA123', 'pending1'])('is %s', (text) => {
    expect(realTrackingNumber(text)).toBe(text);
  });
});
