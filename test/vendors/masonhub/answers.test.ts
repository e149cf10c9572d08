import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RecordAnswer, readBatch } from '../../../src/vendors/masonhub/answers.ts';

const batch = (...results: Record<string, unknown>[]) => ({
  records_submitted: results.length,
  results: results.map((result) => ({ customer_identifier: '26442641', status: 'failure', ...result })),
});

function recordsIn(status: number, json: unknown): Record<string, RecordAnswer> {
  const answer = readBatch(status, json, 'create');
  if (answer?.kind !== 'records') throw new Error(`it was read as ${answer?.kind}`);
  return Object.fromEntries(answer.byNumber);
}

function only(result: Record<string, unknown>): RecordAnswer | undefined {
  return recordsIn(200, batch(result))['26442641'];
}

const two = batch(
  { customer_identifier: '11111', status: 'success', url: 'https://x' },
  { customer_identifier: '22222', messages: ['SKU not found in catalog'] },
);

describe("MasonHub's answer to a batch", () => {
  const expected = {
    '11111': { kind: 'accepted' },
    '22222': { kind: 'refused', why: 'SKU not found in catalog', cause: { kind: 'other' } },
  };

  test.each([200, 201])('is read record by record with status %d, bare or wrapped in a list', (status) => {
    expect(recordsIn(status, two)).toEqual(expected);
    expect(recordsIn(status, [two])).toEqual(expected);
  });

  test('may come as several batches in one list', () => {
    const [first, second] = two.results;
    expect(recordsIn(200, [{ results: [first] }, { results: [second] }])).toEqual(expected);
  });

  test('may have its numbers as numbers', () => {
    expect(recordsIn(200, batch({ customer_identifier: 11111, status: 'success' }))).toEqual({
      '11111': { kind: 'accepted' },
    });
  });

  test.each(['success', 'Success', 'SUCCESS'])('accepts a record with the status %s', (status) => {
    expect(only({ status })).toEqual({ kind: 'accepted' });
  });

  test.each(['failure', 'Failure', 'pending', 'succeeded?', ''])(
    'accepts no record with the status %j',
    (status) => {
      expect(only({ status })?.kind).toBe('refused');
    },
  );
});

describe('a batch that is refused whole', () => {
  test.each([400, 422])('says of each record why (%d), and nothing of one that succeeded', (status) => {
    expect(recordsIn(status, two)).toEqual({
      '22222': { kind: 'refused', why: 'SKU not found in catalog', cause: { kind: 'other' } },
    });
  });
});

describe('why a record was refused', () => {
  test('can stand in its error_message', () => {
    const why = 'SKU not found in catalog';
    expect(only({ error_message: why })).toMatchObject({ why, cause: { kind: 'other' } });
    expect(only({ error_message: taken })).toMatchObject({ cause: { kind: 'taken' } });
    expect(only({ status: 'success', reason: {}, error_message: [] })).toEqual({ kind: 'accepted' });
  });

  const taken = "301: '26442641' is already taken and 'customer_identifier' must be unique";

  test.each([
    [
      'fields with errors',
      [{ field_name: 'quantity', errors: ['is required', 'is not a number'] }],
      'quantity: is required; quantity: is not a number',
    ],
    ['fields as keys', [{ customer_identifier: [taken] }], `customer_identifier: ${taken}`],
    ['texts', ['SKU not found in catalog'], 'SKU not found in catalog'],
    ['one text', 'SKU not found in catalog', 'SKU not found in catalog'],
    [
      'deeper ones',
      [{ line_items: [{ customer_sku_id: ['not found'] }] }],
      'line_items: customer_sku_id: not found',
    ],
    ['none', [], 'no reason was given'],
    ['null', null, 'no reason was given'],
    ['numbers', [1, 2], 'no reason was given'],
  ])('is read from messages in the shape of %s', (_, messages, why) => {
    expect(only({ messages })).toMatchObject({ kind: 'refused', why });
  });

  test('is read from a reason where there is one', () => {
    expect(only({ reason: 'SKU not found in catalog' })).toMatchObject({ why: 'SKU not found in catalog' });
    expect(only({ messages: ['first'], reason: 'second' })).toMatchObject({ why: 'first; second' });
  });

  test.each([
    [[{ customer_identifier: [taken] }]],
    [[{ field_name: 'customer_identifier', errors: ['has already been taken; it already exists'] }]],
    [['RMA already exists']],
  ])('tells that the number is taken: %j', (messages) => {
    expect(only({ messages })).toMatchObject({ kind: 'refused', cause: { kind: 'taken' } });
  });

  test('does not tell so of other reasons', () => {
    expect(only({ messages: ['SKU not found in catalog'] })).toMatchObject({ cause: { kind: 'other' } });
  });

  test('is cut to a length, and not inside a character', () => {
    for (const lead of ['', 'x']) {
      const answer = only({ messages: [`${lead}${'👕'.repeat(500)}`] });
      const why = answer?.kind === 'refused' ? answer.why : '';
      expect(why.length).toBeGreaterThan(100);
      expect(why.length).toBeLessThanOrEqual(600);
      expect(why.isWellFormed(), `with "${lead}" in front`).toBe(true);
    }
  });

  test('has nothing in it that the database cannot keep', () => {
    const answer = only({ messages: ['a\u0000b'] });
    expect(answer?.kind === 'refused' && answer.why).not.toContain('\u0000');
  });
});

describe('a batch that is refused whole', () => {
  test.each([
    [
      { error: { code: 'VALIDATION_ERROR', message: 'Invalid', details: { quantity: ['is required'] } } },
      'Invalid; quantity: is required',
    ],
    [{ error: { message: 'Invalid' } }, 'Invalid'],
    [{ message: 'Not found' }, 'Not found'],
  ])('is told by %j', (json, why) => {
    expect(readBatch(400, json, 'create')).toMatchObject({ kind: 'whole-refused', why });
    expect(readBatch(404, json, 'create')).toMatchObject({ kind: 'whole-refused', why });
  });

  test('is not what status 200 means, whatever the words', () => {
    expect(readBatch(200, { message: 'Invalid' }, 'create')).toBeNull();
  });
});

describe('an answer that is none of these', () => {
  test.each([
    [200, undefined],
    [200, null],
    [200, {}],
    [200, 'true'],
    [200, true],
    [200, { results: 'all good' }],
    [400, undefined],
    [400, { results: [{ customer_identifier: '26442641', status: 'success' }] }],
    [302, batch({ status: 'success' })],
  ])('%d %j is never taken for success', (status, json) => {
    expect(readBatch(status, json, 'create')).toBeNull();
  });

  test('for one record says nothing of the others', () => {
    const json = { results: [{ status: 'success' }, 7, ...two.results, { customer_identifier: '33333' }] };
    expect(Object.keys(recordsIn(200, json))).toEqual(['11111', '22222']);
    expect(recordsIn(200, { results: [{ status: 'success' }] })).toEqual({});
  });

  test('whatever JSON it is, a record is accepted only by a result that names it and says success', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(200, 201, 400, 404), (json, status) => {
        const answer = readBatch(status, json, 'create');
        if (answer?.kind !== 'records') return;
        for (const [number, record] of answer.byNumber) {
          if (record.kind === 'accepted') expect(JSON.stringify(json)).toContain(number);
        }
      }),
    );
  });
});

test('a record that is only named under a 4xx, beside one that is refused, has no answer', () => {
  const answer = readBatch(
    400,
    {
      results: [
        { customer_identifier: '11111', status: 'not_processed' },
        { customer_identifier: '22222', status: 'failure' },
        { customer_identifier: '33333', status: 'invalid', reason: 'SKU not found in catalog' },
      ],
    },
    'create',
  );
  expect(answer).toMatchObject({ kind: 'records' });
  expect(answer?.kind === 'records' && [...answer.byNumber.keys()]).toEqual(['22222', '33333']);
});
