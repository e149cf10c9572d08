import { describe, expect, test } from 'vitest';
import { isDatabaseAway } from '../../src/database/away.ts';

const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('the database is away', () => {
  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EAI_AGAIN',
    '57P01',
    '57P03',
    '08006',
    '53300',
    '55000',
    '57014',
    '25006',
  ])('where the error is %s', (code) => {
    expect(isDatabaseAway(withCode(code))).toBe(true);
  });

  test('where no connection could be had, or it broke, also as the cause of another error', () => {
    expect(isDatabaseAway(new Error('timeout exceeded when trying to connect'))).toBe(true);
    expect(isDatabaseAway(new Error('Connection terminated unexpectedly'))).toBe(true);
    const unusable = 'Client has encountered a connection error and is not queryable';
    expect(isDatabaseAway(new Error(unusable))).toBe(true);
    expect(isDatabaseAway(new Error('x', { cause: withCode('ECONNREFUSED') }))).toBe(true);
  });
});

test.each(['23505', '42P01', '22P02', ''])(
  'it is not away where a query is refused for itself: %j',
  (code) => {
    expect(isDatabaseAway(withCode(code))).toBe(false);
    expect(isDatabaseAway('text')).toBe(false);
  },
);
