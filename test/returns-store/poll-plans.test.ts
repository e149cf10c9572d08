import { beforeAll, expect, test } from 'vitest';
import { numbersToMatch } from '../../src/returns-store/blind-parcels.ts';
import { awaitedReceipts } from '../../src/returns-store/known.ts';
import { openDatabase } from '../support/open-database.ts';
import { planOfLast } from '../support/plans.ts';

/** A poll comes every few minutes for each merchant: it reads what is new, however much there has been. */

const connection = openDatabase();
const aMonthAgo = new Date(Date.now() - 30 * 86_400_000);

beforeAll(async () => {
  await connection.pool.query(
    `insert into returns (merchant, loop_return_id, rma_number, status, loop, sent, stage, receipts, timeline_length,
      decision, status_since, created_at, updated_at)
      select 'acme', n, n, case when n % 100 = 0 then 'open' when n % 3 = 0 then 'flagged' else 'processed' end, '{}', '{}',
        'expected', '[]', 0, 'flag', at, at, at
      from generate_series(100001, 140000) n, lateral (select now() - (140000 - n) * interval '10 minutes' as at) as dated`,
  );
  await connection.pool.query(
    `insert into blind_parcels (merchant, parcel, package_id, term, receipt, received_at)
      select 'acme', n, 'OLD-' || n, 'old-' || n, '{}', now() - n * interval '1 hour' from generate_series(1, 20000) n`,
  );
  await connection.pool.query(
    'insert into return_terms select merchant, loop_return_id, loop_return_id, created_at from returns',
  );
  await connection.pool.query('vacuum analyze returns, return_terms, blind_parcels');
});

test('who waits for a receipt is found among those on their way, and those of whom something was heard', async () => {
  const plan = await planOfLast(connection.pool, (db) => awaitedReceipts(db, 'acme', aMonthAgo));
  expect(plan).not.toContain('Seq Scan');
  expect(plan).toMatch(/ on returns_status/);
  expect(plan).toMatch(/ (using|on) returns_heard/);
});

test('boxes that a label may have missed are found among the newest', async () => {
  const since = new Date(Date.now() - 86_400_000);
  const plan = await planOfLast(connection.pool, (db) => numbersToMatch(db, 'acme', since, 100));
  expect(plan).not.toContain('Seq Scan on blind_parcels');
  expect(plan).toMatch(/ (using|on) blind_parcels_newest/);
});
