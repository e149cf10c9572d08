import { describe, expect, test } from 'vitest';
import { durationInMilliseconds, writtenDuration } from '../../src/config/duration.ts';

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['2s', 2_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
    ['007s', 7_000],
  ])('%s is %d milliseconds', (text, milliseconds) => {
    expect(durationInMilliseconds(text)).toBe(milliseconds);
  });

  test.each([
    '',
    '10',
    'm',
    '10 m',
    ' 10m',
    '10m ',
    '1.5h',
    '-1s',
    '+1s',
    '1e3s',
    '10M',
    '1w',
    '1h30m',
    '10m\n',
  ])('%j is none', (text) => {
    expect(durationInMilliseconds(text)).toBeNull();
  });

  test('a number too large to be exact is none', () => {
    expect(durationInMilliseconds('99999999999999999d')).toBeNull();
  });

  test.each(['500ms', '90s', '36h', '7d', '365d', '0d'])('%s is written as it is read', (text) => {
    expect(writtenDuration(durationInMilliseconds(text) ?? Number.NaN)).toBe(text);
  });

  test('is written in the largest unit that it is a whole number of', () => {
    expect(writtenDuration(7_200_000)).toBe('2h');
  });
});
