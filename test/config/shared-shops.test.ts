import { describe, expect, test } from 'vitest';
import type { Merchant } from '../../src/config/merchant.ts';
import { sharingShop, takingAnyOf } from '../../src/config/shared-shops.ts';
import { merchantWith } from '../returns/fixtures.ts';

const entry = (slug: string, loop: Partial<Merchant['loop']> = {}): Merchant => {
  const usual = merchantWith();
  return { ...usual, slug, loop: { ...usual.loop, destinations: null, ...loop } };
};

describe('the other merchants of one shop in Loop', () => {
  const acme = entry('acme', { destinations: ['1', '2'] });

  test.each([
    ['take all that there is', {}, ['twin']],
    ['take one of its destinations', { destinations: ['2', '3'] }, ['twin']],
    ['take others only', { destinations: ['3'] }, []],
    ['have another key', { apiKey: 'another' }, []],
    ['have the same key at another address', { apiUrl: 'https://loop.example.com/other' }, []],
  ])('are named where they %s', (_what, loop, named) => {
    expect(sharingShop(acme, [acme, entry('twin', loop)])).toEqual(named);
  });

  test('are named by one that takes all', () => {
    expect(sharingShop(entry('acme'), [entry('twin', { destinations: ['3'] })])).toEqual(['twin']);
  });

  test.each([
    ['for one of theirs', ['3', '9'], ['twin']],
    ['for nobody of the file', ['9'], []],
    ['for anybody', null, ['twin']],
  ])('take what is bound %s', (_what, destinations, named) => {
    const twin = entry('twin', { destinations: ['3'] });
    expect(takingAnyOf(destinations, acme, [acme, twin])).toEqual(named);
  });
});
