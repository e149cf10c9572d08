import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest } from '../../src/config/nearest.ts';

describe('the nearest word', () => {
  test.each([
    ['apikey', 'apiKey'],
    ['apiUr', 'apiUrl'],
    ['webhook_secret', 'webhookSecret'],
    ['webhookSecrets', 'webhookSecret'],
    ['destination', 'destinations'],
    ['APIURL', 'apiUrl'],
  ])('to %s is %s', (typed, expected) => {
    expect(nearest(typed, ['apiKey', 'webhookSecret', 'apiUrl', 'destinations'])).toBe(expected);
  });

  test('among equally near ones is the first', () => {
    expect(nearest('cat', ['bat', 'hat'])).toBe('bat');
  });

  test('among none is none', () => {
    expect(nearest('cat', [])).toBeUndefined();
  });

  test('to a candidate is that candidate', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{0,8}$/), { minLength: 1 }), (words) => {
        for (const word of words) expect(nearest(word, words)).toBe(word);
      }),
    );
  });

  test('to a candidate with one letter more is that candidate, where the others are far', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 }), fc.stringMatching(/^[a-z]$/), (at, letter) => {
        const typed = `quarantine`.slice(0, at) + letter + `quarantine`.slice(at);
        expect(nearest(typed, ['qc', 'available', 'quarantine', 'damaged'])).toBe('quarantine');
      }),
    );
  });
});
