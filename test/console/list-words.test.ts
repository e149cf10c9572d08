import { describe, expect, it } from 'vitest';
import { cameWords, causeWords, counted, limitWords, toldWords } from '../../src/http/console/list-words.ts';

describe('a row of a list says', () => {
  it.each([
    [null, null, null],
    [3, null, '3 expected'],
    [1, [['damaged', 1]], '1 of 1 came: damaged'],
    [
      3,
      [
        ['available', 1],
        ['damaged', 1],
      ],
      '2 of 3 came: 1 available, 1 damaged',
    ],
    [1, [['available', 2]], '2 came, 1 expected: available'],
    [2, [], 'none of 2 came'],
    [null, [['available', 1]], '1 came: available'],
    [null, [], 'nothing came'],
  ] as const)('of %j expected and %j: %j', (expected, came, words) => {
    const units = came?.map(([disposition, units]) => ({ disposition, units })) ?? null;
    expect(cameWords({ expected, came: units })).toBe(words);
  });

  it.each([
    ['process', 'accepted', 'refund, accepted'],
    ['process', 'due', 'refund, on its way'],
    ['flag', 'refused', 'flag, refused'],
    ['hold', null, 'nothing, held'],
    ['none', null, 'nothing'],
  ] as const)('that Loop was told %s, %s: %s', (kind, message, words) => {
    expect(toldWords({ decision: { kind, message } })).toBe(words);
  });

  it('nothing of Loop before a decision', () => {
    expect(toldWords({ decision: null })).toBeNull();
  });
});

it.each([
  [3_600_000, '1 hour'],
  [7_200_000, '2 hours'],
  [129_600_000, '1.5 days'],
  [28 * 86_400_000, '28 days'],
])('%d ms are %s', (milliseconds, words) => {
  expect(limitWords(milliseconds)).toBe(words);
});

it('a cause has a headline, and goes on with what to do', () => {
  expect(causeWords("Refused: 'A.1'. Correct it, then retry. Or not.")).toEqual({
    headline: "Refused: 'A.1'.",
    rest: 'Correct it, then retry. Or not.',
  });
  expect(causeWords('Two receipts that differ')).toEqual({ headline: 'Two receipts that differ', rest: '' });
});

it('one is not many', () => {
  expect([counted(0, 'return'), counted(1, 'return'), counted(1_200, 'return')]).toEqual([
    '0 returns',
    '1 return',
    '1,200 returns',
  ]);
});
