import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  keyRefusalIn,
  readError,
  readMessageAnswer,
  saysNothingMatches,
} from '../../../src/vendors/loop/answers.ts';

describe("Loop's answer to process or flag", () => {
  test.each([true, 'true'])('is success for %j', (json) => {
    expect(readMessageAnswer(json)).toEqual({ kind: 'done' });
  });

  test("is no refusal for trouble of Loop's own, which may be over at the next try", () => {
    const body = { errors: { message: 'Something went wrong.', code: 'UNEXPECTED_ERROR' } };
    expect(readMessageAnswer(body)).toEqual({ kind: 'unreadable' });
  });

  test.each([
    false,
    'false',
    'True',
    ' true',
    '',
    1,
    0,
    null,
    undefined,
    {},
    [],
    [true],
    { success: true },
    'OK',
  ])('is neither success nor a refusal for %j', (json) => {
    expect(readMessageAnswer(json)).toEqual({ kind: 'unreadable' });
  });

  test('is success for nothing else, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        fc.pre(json !== true && json !== 'true');
        expect(readMessageAnswer(json).kind).not.toBe('done');
        expect(readMessageAnswer({ errors: json, error: json, message: json, success: true }).kind).not.toBe(
          'done',
        );
      }),
    );
  });

  const closed = 'Return is closed and therefore cannot be processed.';

  test.each([
    ['errors with a code', { errors: { message: closed, code: 'UNPROCESSABLE_RETURN' } }],
    ['errors without a code', { errors: { message: closed } }],
    ['a bare message', { message: closed }],
    ['error', { error: { code: '409', http_code: 'GEN-CONFLICT', message: closed } }],
    ['errors as a text', { errors: closed }],
    ['errors as a list', { errors: [{ message: closed }, { message: 'And more.' }] }],
    ['a message with errors by field', { message: closed, errors: { content: ['is required'] } }],
    ['a message beside true', { message: closed, success: true }],
  ])('is a refusal with its words and the state, in the envelope: %s', (_, json) => {
    expect(readMessageAnswer(json)).toEqual({ kind: 'refused', why: closed, state: 'closed' });
  });

  test.each([
    ['Return is cancelled and therefore cannot be processed.', 'cancelled'],
    ['Return is expired and therefore cannot be processed.', 'expired'],
    ['Return is already closed.', 'closed'],
    ['Return is in review.', 'review'],
    ['The return is flagged for review.', 'review'],
    ['Return is open.', null],
    ['Order not found', null],
    ['The refund is closed to new requests.', null],
  ])('"%s" says that the return is %j', (message, state) => {
    expect(readMessageAnswer({ errors: { message } })).toEqual({ kind: 'refused', why: message, state });
  });

  test('says review by its code, whatever the words', () => {
    expect(
      readMessageAnswer({ errors: { message: 'Not possible.', code: 'UNPROCESSABLE_FLAGGED_RETURN' } }),
    ).toMatchObject({ kind: 'refused', state: 'review' });
  });

  test('is a refusal without a state for a code that nobody knows', () => {
    expect(readMessageAnswer({ errors: { message: 'No.', code: 'NOT_AUTHORIZED' } })).toEqual({
      kind: 'refused',
      why: 'No.',
      state: null,
    });
  });
});

describe("the words of Loop's error", () => {
  test('are cut to a length that a reason can carry, and not inside a character', () => {
    for (const lead of ['', 'x']) {
      const { message } = readError({ message: `${lead}${'👕'.repeat(400)}` }) ?? { message: '' };
      expect(message.length).toBeGreaterThan(100);
      expect(message.length).toBeLessThanOrEqual(600);
      expect(message.isWellFormed(), `with "${lead}" in front`).toBe(true);
    }
  });

  test('have nothing in them that the database cannot keep', () => {
    expect(readError({ message: 'a\u0000b' })?.message).not.toContain('\u0000');
  });

  test('carry the code, as a text or as a number', () => {
    expect(readError({ message: 'x', code: 'NOT_FOUND' })).toEqual({ message: 'x', codes: ['NOT_FOUND'] });
    expect(readError({ message: 'x', code: 404 })).toEqual({ message: 'x', codes: ['404'] });
    expect(readError({ message: 'x', code: { of: 7 } })).toEqual({ message: 'x', codes: [] });
  });

  test.each([
    [200, { error: { message: 'No return was found.' } }],
    [200, { error: { message: 'x', code: 0, http_code: '' } }],
    [200, { error: { message: 'x', code: 'NOT_FOUND' } }],
    [200, { errors: { message: 'x', code: 'ORDER_NOT_FOUND' } }],
    [404, { message: 'x', code: 404 }],
  ])('say that nothing matches: %i %j', (status, json) => {
    expect(saysNothingMatches(status, json)).toBe(true);
  });

  test.each([
    [200, { error: { message: 'x', code: 401 } }],
    [200, { error: { message: 'x', code: 500 } }],
    [200, { error: { message: 'x', code: 'UNEXPECTED_ERROR' } }],
    [200, { errors: 'Unauthorized' }],
    [200, { message: 'Server Error' }],
    [200, { message: 'OK', return: { state: 'closed' } }],
    [301, { error: { message: 'x' } }],
    [400, { error: { message: 'Bad request' } }],
    [404, { message: 'The route could not be found.' }],
    [422, { message: 'x', errors: { return_id: ['x'] } }],
  ])('do not say that nothing matches: %i %j', (status, json) => {
    expect(saysNothingMatches(status, json)).toBe(false);
  });

  test.each([null, undefined, 'x', [], {}, { errors: [] }, { errors: {} }, { error: null }])(
    'are none in %j',
    (json) => {
      expect(readError(json)).toBeNull();
    },
  );
});

test.each([
  [[{ id: '1', code: '401' }]],
  [{ id: '1', state: 'open', code: '403' }],
  [{ returns: [{ code: 'NOT_AUTHORIZED' }] }],
])('what is no error says nothing of the key, whatever codes are in it: %j', (json) => {
  expect(keyRefusalIn(json)).toBeNull();
});
