import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openCallRecords } from '../../src/connections/calls.ts';
import type { Call, NoAnswer } from '../../src/outbound/call.ts';
import { openDatabase } from '../support/open-database.ts';

const log = pino({ level: 'silent' });
const connection = openDatabase();

test('where the calls of one merchant cannot be written down, those of the others are', async () => {
  await connection.pool.query(`alter table vendor_calls add check (merchant <> 'zenith')`);
  const now = () => new Date('2026-11-26T12:00:00Z');
  const { recorded, close } = openCallRecords({ db: connection.db, log, now });
  const unanswered = async () => ({ kind: 'no-answer', why: 'it is a test', arrived: 'maybe' }) as const;
  const merchants = ['acme', 'zenith', 'acme', 'zenith', 'other'];
  const answers = await Promise.all(
    merchants.map((merchant, index) =>
      recorded(unanswered, { merchant, vendor: 'loop' })(callFor(String(index))),
    ),
  );
  await close();
  expect(answers.map(({ kind }) => kind)).toEqual(merchants.map(() => 'no-answer'));
  const { rows } = await connection.pool.query(
    'select merchant, loop_return_id as id from vendor_calls order by id',
  );
  expect(rows).toEqual([
    { merchant: 'acme', id: '0' },
    { merchant: 'acme', id: '2' },
    { merchant: 'other', id: '4' },
  ]);
});

test('the end waits for calls that are under way, and they are written down as well', async () => {
  const { recorded, close } = openCallRecords({ db: connection.db, log, now: () => new Date() });
  const { promise: answered, resolve: answer } = Promise.withResolvers<NoAnswer>();
  const answering = recorded(() => answered, { merchant: 'acme', vendor: 'loop' })(callFor('late'));
  const closing = close();
  answer({ kind: 'no-answer', why: 'the service stops', arrived: 'maybe' });
  await closing;
  const { rows } = await connection.pool.query(
    `select answer from vendor_calls where loop_return_id = 'late'`,
  );
  expect(rows).toEqual([{ answer: 'no answer: the service stops' }]);
  expect((await answering).kind).toBe('no-answer');
});

function callFor(loopReturnId: string): Call {
  return {
    method: 'POST',
    url: 'http://127.0.0.1/',
    headers: {},
    body: {},
    returns: [{ loopReturnId, name: loopReturnId }],
  };
}
