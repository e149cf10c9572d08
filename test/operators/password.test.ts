import { scryptSync } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { findByPassword, hashPassword, isPasswordHash } from '../../src/operators/password.ts';

const password = 'correct horse battery';
const hash = await hashPassword(password);
const anna = { name: 'anna', role: 'act', hash } as const;
const operators = new Map([['anna', anna]]);

describe('a password', () => {
  test('is known by its hash, with its own parameters and a salt of its own', async () => {
    expect(await findByPassword(operators, 'anna', password)).toEqual(anna);
    const [, , cost, salt = '', digest = ''] = hash.split('$');
    expect(cost).toBe('ln=15,r=8,p=3');
    const again = scryptSync(password, Buffer.from(salt, 'base64'), 32, {
      N: 2 ** 15,
      r: 8,
      p: 3,
      maxmem: 2 ** 27,
    });
    expect(Buffer.from(digest, 'base64')).toEqual(again);
    expect(await hashPassword(password)).not.toBe(hash);
  });

  test('is the same however its letters are made up of bytes', async () => {
    const composed = new Map([['anna', { ...anna, hash: await hashPassword('caf\u00e9 at the corner') }]]);
    expect(await findByPassword(composed, 'anna', 'cafe\u0301 at the corner')).not.toBeNull();
  });

  test.each([
    ['another password', 'anna', 'correct horse batterY'],
    ['nothing', 'anna', ''],
    ['another name', 'ben', password],
    ['a name of every object', 'constructor', password],
  ])('is not known for %s', async (_, name, given) => {
    expect(await findByPassword(operators, name, given)).toBeNull();
  });
});

test('a name that is not known costs as much work as one that is', async () => {
  const crypto = await import('node:crypto');
  const costs: unknown[] = [];
  vi.doMock('node:crypto', () => ({
    ...crypto,
    scrypt: (
      text: string,
      salt: Buffer,
      bytes: number,
      cost: object,
      done: (...results: never[]) => void,
    ) => {
      costs.push([bytes, cost, salt.length]);
      crypto.scrypt(text, salt, bytes, cost, done as never);
    },
  }));
  vi.resetModules();
  const watched = await import('../../src/operators/password.ts');
  vi.doUnmock('node:crypto');
  await watched.findByPassword(operators, 'anna', 'a wrong password');
  await watched.findByPassword(operators, 'nobody', 'a wrong password');
  expect(costs).toHaveLength(2);
  expect(costs[1]).toEqual(costs[0]);
});

test.each([
  ['the password itself', password],
  ['another kind', '$2b$12$abcdefghijklmnopqrstuv'],
  ['one that is too cheap', hash.replace('ln=15', 'ln=10')],
  ['one that would hold up the service', hash.replace('ln=15', 'ln=25')],
  ['one that repeats without end', hash.replace('p=3', 'p=99')],
  ['one whose end is lost', hash.slice(0, -1)],
])('%s is no hash', (_, text) => {
  expect(isPasswordHash(hash)).toBe(true);
  expect(isPasswordHash(text)).toBe(false);
});
