import { expect, test } from 'vitest';
import { BeginAnew } from '../../src/database/retry.ts';
import { lockReturns } from '../../src/returns-store/store.ts';
import { openDatabase } from '../support/open-database.ts';
import { until } from '../support/until.ts';

/** Two transactions that hear of the same new return at the same moment. */

const connection = openDatabase();
const now = new Date('2026-11-01T10:00:00Z');
const lock = (ids: readonly string[]) =>
  connection.db.transaction().execute((trx) => lockReturns(trx, 'acme', ids, now));
const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

/** What becomes of who locks these while another transaction has made one of them, and then commits. */
async function lockBeside(made: string, ids: readonly string[]) {
  const other = await connection.db.startTransaction().execute();
  await lockReturns(other, 'acme', [made], now);
  const locking = lock(ids).then(
    (locked) => [...locked.keys()].sort(),
    (error: unknown) => error,
  );
  await until(
    async () => (await connection.pool.query(waits)).rowCount === 1,
    () => 'somebody who waits for the other one',
  );
  await other.commit().execute();
  return locking;
}

test('who holds no other return waits for it', async () => {
  expect(await lockBeside('100', ['100'])).toEqual(['100']);
});

test('who holds another one begins anew: it would not lock in order any more', async () => {
  await lock(['205']);
  expect(await lockBeside('200', ['200', '205'])).toBeInstanceOf(BeginAnew);
  expect([...(await lock(['200', '205'])).keys()]).toEqual(['200', '205']);
});

test('so does who has made another one', async () => {
  expect(await lockBeside('300', ['300', '305'])).toBeInstanceOf(BeginAnew);
  expect((await connection.pool.query("select from returns where loop_return_id = '305'")).rowCount).toBe(0);
});
