import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/outbound/call.ts';
import { sortOut } from '../../src/outbound/failure.ts';

function answered(status: number): Answer {
  return { kind: 'answer', status, json: undefined, retryAfterMs: null };
}

const sort = (status: number) => sortOut(answered(status), 'Loop', 'loop.apiKey');

describe('a failed call', () => {
  test.each([401, 403])("with status %d is the merchant's key, and the setting is named", (status) => {
    const why = expect.stringMatching(new RegExp(`\\(${status}\\).*loop\\.apiKey`));
    expect(sort(status)).toEqual({ kind: 'paused', why, isKeyRefused: true });
  });

  test('with status 429 waits until the vendor takes requests again', () => {
    expect(sort(429)).toEqual({
      kind: 'paused',
      why: 'Loop is limiting requests (429)',
      isKeyRefused: false,
    });
  });

  test('that was held back waits, with the reason', () => {
    expect(sortOut({ kind: 'withheld', why: 'paused' }, 'Loop', 'x')).toEqual({
      kind: 'paused',
      why: 'paused',
      isKeyRefused: false,
    });
  });

  test.each([408, 500, 502, 503, 504])('with status %d is tried again, and may have been done', (status) => {
    expect(sort(status)).toEqual({ kind: 'transient', why: `Loop failed (${status})`, arrived: 'maybe' });
  });

  test.each(['no', 'maybe'] as const)('without an answer says whether it arrived: %s', (arrived) => {
    expect(sortOut({ kind: 'no-answer', why: 'it is down', arrived }, 'MasonHub', 'x')).toEqual({
      kind: 'transient',
      why: 'MasonHub gave no answer: it is down',
      arrived,
    });
  });

  test.each([200, 201, 302, 400, 404, 409, 422])(
    "with status %d is for the vendor's own client to read",
    (status) => {
      expect(sort(status)).toEqual(answered(status));
    },
  );
});
