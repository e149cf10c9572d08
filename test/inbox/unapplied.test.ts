import { beforeAll, expect, test } from 'vitest';
import { takeUnapplied } from '../../src/inbox/unapplied.ts';
import { openDatabase } from '../support/open-database.ts';
import { until } from '../support/until.ts';

const connection = openDatabase();

beforeAll(async () => {
  await connection.pool.query(`insert into deliveries
      (merchant, source, key, body, part, result, events, received_at)
    values ('acme', 'loop', 'b', '', 0, 'accepted', '[]', '2026-03-01T10:00:00Z'),
      ('acme', 'loop', 'a', '', 0, 'accepted', '[]', '2026-03-01T11:00:00Z')`);
});

test('deliveries are locked by their keys, as they are stored, and applied by when they came', async () => {
  const keys = ['b', 'a'].map((key) => ({ merchant: 'acme', source: 'loop' as const, key }));
  const lock = (key: string) =>
    `select from deliveries where merchant = 'acme' and source = 'loop' and key = '${key}' for update nowait`;
  const storing = await connection.pool.connect();
  try {
    await storing.query('begin');
    await storing.query(lock('a'));
    const locking = connection.db.transaction().execute((trx) => takeUnapplied(trx, keys, new Date()));
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await until(
      async () => (await connection.pool.query(waits)).rowCount === 1,
      () => 'somebody who waits for the first of them',
    );
    // Were it locked before the first is free, each would wait for the other.
    await storing.query(lock('b'));
    await storing.query('commit');
    expect((await locking).map(({ key }) => key)).toEqual(['b', 'a']);
  } finally {
    storing.release();
  }
});
