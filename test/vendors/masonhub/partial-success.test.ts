import { describe, expect, test } from 'vitest';
import { type BatchTask, type RecordAnswer, readBatch } from '../../../src/vendors/masonhub/answers.ts';

/** PUT and DELETE that succeed in part are a 207, whose refused records stand in a list of their own. */

const changes = ['replace', 'delete'] as const;
const moved = 'Cannot update RMA that has been delivered';
const error = (customer_identifier: string, stated: Record<string, unknown>) => ({
  customer_identifier,
  error: { message: moved, ...stated },
});
const accepted = (customer_identifier: string) => ({ customer_identifier, status: 'success' });

function recordsIn(json: unknown, task: BatchTask = 'replace', status = 207): Record<string, RecordAnswer> {
  const answer = readBatch(status, json, task);
  if (answer?.kind !== 'records') throw new Error(`it was read as ${answer?.kind}`);
  return Object.fromEntries(answer.byNumber);
}

function causeOf(stated: Record<string, unknown>) {
  const record = recordsIn({ errors: [error('11111', stated)] })['11111'];
  return record?.kind === 'refused' ? record.cause : null;
}

describe.each(changes)('a %s that succeeds in part', (task) => {
  test('has the accepted records in one list and the refused ones in another', () => {
    const results = [accepted('11111')];
    const errors = [error('22222', { code: 'INVALID_STATUS', current_status: 'delivered' })];
    const expected = {
      '11111': { kind: 'accepted' },
      '22222': { kind: 'refused', why: moved, cause: { kind: 'parcel', status: 'delivered' } },
    };
    expect(recordsIn({ results, errors }, task)).toEqual(expected);
    expect(recordsIn([{ results, errors }], task)).toEqual(expected);
    expect(recordsIn([{ results }, { errors }], task)).toEqual(expected);
  });

  test('may have nothing but refused ones', () => {
    const errors = [error('22222', { code: 'RMA_NOT_FOUND' })];
    expect(recordsIn({ errors }, task)).toEqual({
      '22222': { kind: 'refused', why: moved, cause: { kind: 'unknown-rma' } },
    });
  });
});

describe('a record of it', () => {
  test('that is in neither list has got no answer', () => {
    expect(Object.keys(recordsIn({ results: [accepted('11111')], errors: [] }))).toEqual(['11111']);
    expect(recordsIn({ results: [], errors: [] })).toEqual({});
  });

  test('that is in both lists has got no answer, in whatever order they are', () => {
    const errors = [error('11111', { code: 'INVALID_STATUS', current_status: 'received' })];
    expect(recordsIn({ results: [accepted('11111')], errors })).toEqual({});
    expect(recordsIn([{ errors }, { results: [accepted('11111')] }])).toEqual({});
    expect(recordsIn({ results: [{ ...accepted('11111'), status: 'failure' }, accepted('11111')] })).toEqual(
      {},
    );
  });

  test('that is refused twice is refused', () => {
    const errors = [error('11111', { code: 'INVALID_STATUS', current_status: 'received' })];
    expect(recordsIn({ errors: [...errors, ...errors] })['11111']?.kind).toBe('refused');
  });

  test('that names no RMA says nothing of the others', () => {
    const errors = [{ error: { message: 'x' } }, 7, error('22222', { code: 'RMA_NOT_FOUND' })];
    expect(Object.keys(recordsIn({ errors }))).toEqual(['22222']);
  });
});

describe('the cause of a refusal', () => {
  test.each(['tendered', 'inTransit', 'delivered', 'in-receiving', 'received', 'a-status-of-next-year'])(
    'is the parcel, in the status %s, which stands beside the code or in the details',
    (status) => {
      expect(causeOf({ code: 'INVALID_STATUS', current_status: status })).toEqual({ kind: 'parcel', status });
      const details = { customer_identifier: '11111', current_status: status, allowed_status: ['open'] };
      expect(causeOf({ code: 'INVALID_STATUS', details })).toEqual({ kind: 'parcel', status });
    },
  );

  test('is not known where the status is not told: MasonHub is asked', () => {
    expect(causeOf({ code: 'INVALID_STATUS' })).toEqual({ kind: 'other' });
    expect(causeOf({ code: 'INVALID_STATUS', details: { current_status: {} } })).toEqual({ kind: 'other' });
  });

  test('is that there is no such RMA only by the code of MasonHub', () => {
    expect(causeOf({ code: 'RMA_NOT_FOUND' })).toEqual({ kind: 'unknown-rma' });
    expect(causeOf({ message: 'RMA not found' })).toEqual({ kind: 'other' });
    expect(causeOf({ code: '404' })).toEqual({ kind: 'other' });
  });

  test('is something else for any other code', () => {
    expect(causeOf({ code: 'VALIDATION_ERROR', current_status: 'open' })).toEqual({ kind: 'other' });
  });

  test('has the words of its details beside it', () => {
    const stated = { code: 'VALIDATION_ERROR', message: 'Invalid', details: { quantity: ['is required'] } };
    expect(recordsIn({ errors: [error('11111', stated)] })['11111']).toMatchObject({
      why: 'Invalid; quantity: is required',
    });
    expect(recordsIn({ errors: [{ customer_identifier: '11111', error: {} }] })['11111']).toMatchObject({
      why: 'no reason was given',
    });
  });
});

describe('a batch that is refused whole', () => {
  test('says by its status and its code what the cause is', () => {
    const details = { customer_identifier: '11111', current_status: 'delivered', allowed_status: ['open'] };
    expect(
      readBatch(400, { error: { code: 'INVALID_STATUS', message: moved, details } }, 'replace'),
    ).toMatchObject({
      kind: 'whole-refused',
      cause: { kind: 'parcel', status: 'delivered' },
    });
    expect(readBatch(404, { error: { code: 'RMA_NOT_FOUND', message: 'No such RMA' } }, 'delete')).toEqual({
      kind: 'whole-refused',
      why: 'No such RMA',
      cause: { kind: 'unknown-rma' },
    });
    const taken = "301: '11111' is already taken and 'customer_identifier' must be unique";
    expect(readBatch(400, { error: { message: taken } }, 'create')).toMatchObject({
      cause: { kind: 'taken' },
    });
  });

  test("does not say that there is no such RMA where it is a gateway's 404", () => {
    expect(readBatch(404, { message: 'Not found' }, 'delete')).toEqual({
      kind: 'whole-refused',
      why: 'Not found',
      cause: { kind: 'other' },
    });
  });
});

describe('a deletion', () => {
  const deleted = { customer_identifier: '11111', status: 'deleted', deleted_at: '2026-03-01T10:00:00Z' };

  test.each(['deleted', 'Deleted', 'success'])('is done where the record says %s', (status) => {
    expect(recordsIn({ results: [{ ...deleted, status }] }, 'delete', 200)).toEqual({
      '11111': { kind: 'accepted' },
    });
  });

  test.each(['create', 'replace'] as const)('is not what a %s asked for', (task) => {
    expect(recordsIn({ results: [deleted] }, task, 200)['11111']?.kind).toBe('refused');
  });
});
