import { expect, test } from 'vitest';
import { usageOf } from './usage.ts';

test('an even stream of 300 a minute uses the allowance whole', () => {
  const times = Array.from({ length: 901 }, (_, index) => index * 200);
  const usage = usageOf(times, 300);
  expect(usage.share).toBeCloseTo(1, 2);
  expect(usage).toMatchObject({ requests: 901, mostInAMinute: 300 });
});

test('a burst counts in every minute that it falls into', () => {
  const burst = Array.from({ length: 50 }, () => 59_000);
  const times = [...Array.from({ length: 60 }, (_, index) => index * 1_000), ...burst, 118_000, 119_000];
  expect(usageOf(times, 300).mostInAMinute).toBe(110);
});
