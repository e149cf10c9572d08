import { expect, it } from 'vitest';
import { countStatuses, openDays } from '../../src/returns-store/statistics.ts';
import { openDatabase } from '../support/open-database.ts';
import { storeReturns } from '../support/stored-returns.ts';

const connection = openDatabase();
const queries = { query: (statement: string, values: unknown[]) => connection.pool.query(statement, values) };

/** A return that Loop has told of, unless `isKnown` says otherwise. */
async function addReturn(id: string, status: string, createdAt: string, isKnown = true): Promise<void> {
  await storeReturns(queries, [
    { loop_return_id: id, status, loop: isKnown ? {} : null, created_at: new Date(createdAt) },
  ]);
}

async function addMessage(id: string, event: string, decidedAt: string, acceptedAt: string): Promise<void> {
  await connection.pool.query(
    `insert into outcomes (merchant, loop_return_id, kind, why, decided_at) values ('acme', $1, 'flag', '', $2)
      on conflict do nothing`,
    [id, decidedAt],
  );
  await connection.pool.query(
    `insert into return_events (merchant, loop_return_id, position, at, event) values ('acme', $1, 0, $2, $3)`,
    [id, acceptedAt, event],
  );
}

const nothing = { created: 0, processed: 0, flagged: 0, attention: 0, wait: null };

it('counts what happened on each day of UTC, and how long a message took', async () => {
  await addReturn('1', 'processed', '2026-11-21T00:00:00Z');
  await addReturn('2', 'flagged', '2026-11-21T23:59:59.999Z');
  await addReturn('3', 'attention', '2026-11-22T00:00:00Z');
  await addReturn('4', 'pending', '2026-11-22T01:00:00Z', false);
  await addMessage('1', 'process.accepted', '2026-11-22T10:00:00Z', '2026-11-22T10:00:01Z');
  await addMessage('2', 'flag.accepted', '2026-11-22T10:00:00Z', '2026-11-22T10:00:03Z');
  await addMessage('3', 'attention', '2026-11-22T10:00:00Z', '2026-11-23T09:00:00Z');
  const days = await openDays(connection.db)(4, new Date('2026-11-23T12:00:00Z'));
  expect(days).toEqual([
    { day: '2026-11-20', ...nothing },
    { day: '2026-11-21', ...nothing, created: 2 },
    { day: '2026-11-22', ...nothing, created: 1, processed: 1, flagged: 1, wait: { median: 2, p95: 2.9 } },
    { day: '2026-11-23', ...nothing, attention: 1 },
  ]);
});

it('counts a day that is over once, and today again and again', async () => {
  const lastDays = openDays(connection.db);
  const shown = async (now: string) => (await lastDays(2, new Date(now))).map(({ created }) => created);
  expect(await shown('2026-12-02T00:30:00Z')).toEqual([0, 0]);
  await addReturn('5', 'open', '2026-12-01T23:59:59Z');
  await addReturn('6', 'open', '2026-12-02T00:29:00Z');
  expect(await shown('2026-12-02T00:31:00Z')).toEqual([1, 1]);
  expect(await shown('2026-12-02T02:00:00Z')).toEqual([1, 1]);
  await addReturn('7', 'open', '2026-12-01T12:00:00Z');
  await addReturn('8', 'open', '2026-12-02T12:00:00Z');
  expect(await shown('2026-12-02T13:00:00Z')).toEqual([1, 2]);
  expect(await shown('2026-12-03T13:00:00Z')).toEqual([2, 0]);
});

it('counts the returns of each merchant and status that Loop has told of', async () => {
  const counts = await countStatuses(connection.db);
  expect(counts).toContainEqual({ merchant: 'acme', status: 'processed', count: 1 });
  expect(counts).toContainEqual({ merchant: 'acme', status: 'attention', count: 1 });
  expect(counts.map(({ status }) => status)).not.toContain('pending');
});
