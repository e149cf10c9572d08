import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/outbound/call.ts';
import { failureOf } from '../../src/outbound/failure.ts';

function answered(status: number): Answer {
  return { kind: 'answer', status, json: undefined };
}

const sort = (status: number) => failureOf(answered(status), 'Loop', 'loop.apiKey');

describe('a failed call', () => {
  test.each([401, 403])("with status %d is the merchant's key, and the setting is named", (status) => {
    expect(sort(status)).toMatchObject({ kind: 'misconfigured' });
    expect(sort(status)?.why).toContain('loop.apiKey');
    expect(sort(status)?.why).toContain(String(status));
  });

  test('with status 429 is tried again, and was certainly not done', () => {
    expect(sort(429)).toEqual({ kind: 'transient', why: 'Loop is limiting requests (429)', arrived: 'no' });
  });

  test.each([408, 500, 502, 503, 504])('with status %d is tried again, and may have been done', (status) => {
    expect(sort(status)).toEqual({ kind: 'transient', why: `Loop failed (${status})`, arrived: 'maybe' });
  });

  test.each(['no', 'maybe'] as const)('without an answer says whether it arrived: %s', (arrived) => {
    expect(failureOf({ kind: 'no-answer', why: 'it is down', arrived }, 'MasonHub', 'x')).toEqual({
      kind: 'transient',
      why: 'MasonHub gave no answer: it is down',
      arrived,
    });
  });

  test.each([200, 201, 302, 400, 404, 409, 422])(
    "with status %d is for the vendor's own client to read",
    (status) => {
      expect(sort(status)).toBeNull();
    },
  );
});
