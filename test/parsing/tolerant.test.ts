import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  idText,
  optionalDate,
  optionalIdText,
  optionalText,
  optionalTextWithin,
  units,
  yesOrNo,
} from '../../src/parsing/tolerant.ts';

function isTaken(schema: z.ZodType, value: unknown): boolean {
  return schema.safeParse(value).success;
}

describe('an optional text', () => {
  test.each([
    ['text', 'text'],
    ['  text \n', 'text'],
    [90507, '90507'],
    [0, '0'],
    [true, 'true'],
    ['', null],
    ['   ', null],
    [null, null],
    [undefined, null],
  ])('%j is %j', (value, text) => {
    expect(optionalText.parse(value)).toBe(text);
  });

  test('has no NUL, for which the database has no place', () => {
    expect(optionalText.parse('a\u0000b')).toBe('ab');
    expect(optionalText.parse('\u0000')).toBeNull();
  });

  test('has no half of a surrogate pair', () => {
    expect(String(optionalText.parse('a\ud83d')).isWellFormed()).toBe(true);
    expect(String(optionalText.parse('\udc55b')).isWellFormed()).toBe(true);
    expect(optionalText.parse('👕')).toBe('👕');
  });

  test('is not taken from an object or a list', () => {
    expect(isTaken(optionalText, {})).toBe(false);
    expect(isTaken(optionalText, ['a'])).toBe(false);
  });

  test('is none where a number has already lost digits', () => {
    const parsed: unknown = JSON.parse('9400110200881234567890');
    const result = optionalText.safeParse(parsed);
    if (result.success) expect(result.data).toBeNull();
  });

  test('can be kept by the database, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = optionalText.parse(value) ?? '';
        expect(text).not.toContain('\u0000');
        expect(text.isWellFormed()).toBe(true);
        expect(text).toBe(text.trim());
      }),
    );
  });
});

describe('a text within a length', () => {
  test('is cut, between characters', () => {
    expect(optionalTextWithin(3).parse('abcd')).toBe('abc');
    expect(optionalTextWithin(2).parse('👕👖🧦')).toBe('👕👖');
  });

  test('is kept where it is short enough, and none where there is none', () => {
    expect(optionalTextWithin(3).parse('abc')).toBe('abc');
    expect(optionalTextWithin(3).parse('')).toBeNull();
  });
});

describe('an id', () => {
  test.each([
    ['6042537', '6042537'],
    [26442641, '26442641'],
    [' 6042537 ', '6042537'],
    [9007199254740991, '9007199254740991'],
    ['9007199254740993', '9007199254740993'],
  ])('%j is %s', (value, id) => {
    expect(idText.parse(value)).toBe(id);
    expect(optionalIdText.parse(value)).toBe(id);
  });

  test.each([['', '   ', '\u0000', null, undefined, true, 1.5, {}, [], 'x'.repeat(251)]].flat())(
    '%j is none',
    (value) => {
      expect(isTaken(idText, value)).toBe(false);
    },
  );

  test('is refused as a number that has already lost digits', () => {
    expect(isTaken(idText, JSON.parse('9007199254740993'))).toBe(false);
    expect(isTaken(idText, 2 ** 53)).toBe(false);
  });

  test('may be left out where it is optional', () => {
    for (const value of ['', null, undefined]) expect(optionalIdText.parse(value)).toBeNull();
  });
});

describe('a number of units', () => {
  test.each([
    [0, 0],
    [3, 3],
    ['3', 3],
    [' 3 ', 3],
    ['007', 7],
    [1.0, 1],
    ['1.0', 1],
    [' 2.00 ', 2],
    ['0.0', 0],
    [1_000_000, 1_000_000],
    ['1000000.0', 1_000_000],
  ])('%j is %d', (value, count) => {
    expect(units.parse(value)).toBe(count);
  });

  test.each([
    -1,
    '-1',
    '-1.0',
    1.5,
    '1.5',
    0.5,
    '0.5',
    '1.01',
    '1.',
    '.0',
    '1,0',
    '1.0.0',
    '',
    ' ',
    'two',
    '1e3',
    '0x10',
    true,
    null,
    1_000_001,
    '1000001',
    Number.NaN,
  ])('%j is none', (value) => {
    expect(isTaken(units, value)).toBe(false);
  });
});

describe('a yes or no', () => {
  test.each([true, 'true', 'True', 'TRUE', ' yes ', '1', 1])('%j means yes', (value) => {
    expect(yesOrNo.parse(value)).toBe(true);
  });

  test.each([false, 'false', 'False', 'FALSE', 'no', '0', 0, '', null, undefined])('%j means no', (value) => {
    expect(yesOrNo.parse(value)).toBe(false);
  });

  test.each(['perhaps', 2, {}, []])('%j is neither', (value) => {
    expect(isTaken(yesOrNo, value)).toBe(false);
  });
});

describe('a date', () => {
  test.each([
    ['2020-10-29T16:07:31+00:00', '2020-10-29T16:07:31.000Z'],
    ['2020-10-29 16:07:31', '2020-10-29T16:07:31.000Z'],
    ['2020-10-29 16:07', '2020-10-29T16:07:00.000Z'],
    ['2020-10-29T16:07', '2020-10-29T16:07:00.000Z'],
    ['2020-10-29T16:07:31', '2020-10-29T16:07:31.000Z'],
    ['2020-10-29T16:07:31Z', '2020-10-29T16:07:31.000Z'],
    ['2020-02-20T08:48:32.284951-05:00', '2020-02-20T13:48:32.284Z'],
    [' 2020-10-29 16:07:31 ', '2020-10-29T16:07:31.000Z'],
  ])('%j is %s', (value, date) => {
    expect(optionalDate.parse(value)).toBe(date);
  });

  test.each(['', 'yesterday', '2020-13-45 99:99:99', null, undefined, 1603987651, {}, true])(
    '%j is none, and never a reason to refuse',
    (value) => {
      expect(optionalDate.parse(value)).toBeNull();
    },
  );

  test('in either spelling sorts as text in the order of time', () => {
    const anyDate = fc.date({
      min: new Date('2015-01-01T00:00:00Z'),
      max: new Date('2035-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    const spelled = (date: Date, zoneless: boolean) =>
      zoneless
        ? date.toISOString().slice(0, 19).replace('T', ' ')
        : `${date.toISOString().slice(0, 19)}+00:00`;
    fc.assert(
      fc.property(anyDate, anyDate, fc.boolean(), fc.boolean(), (one, other, oneStyle, otherStyle) => {
        const [first, second] = [
          optionalDate.parse(spelled(one, oneStyle)),
          optionalDate.parse(spelled(other, otherStyle)),
        ];
        const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
        expect(String(first) < String(second)).toBe(seconds(one) < seconds(other));
      }),
    );
  });
});
