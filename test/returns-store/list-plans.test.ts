import { beforeAll, expect, test } from 'vitest';
import { listReturns } from '../../src/returns-store/lists.ts';
import type { ReturnFilter, ReturnSort } from '../../src/returns-store/return-filter.ts';
import { openDatabase } from '../support/open-database.ts';
import { planOfLast } from '../support/plans.ts';

/** Lists read the rows of a page in the order of an index, however many returns there are. */

const connection = openDatabase();

beforeAll(async () => {
  await connection.pool.query(
    `insert into returns (merchant, loop_return_id, rma_number, status, loop, stage, timeline_length, cause, decision,
      differs, status_since, ageing_stage, ageing_since, received_at, decided_at, created_at, updated_at)
      select 'acme', n, n, case when n % 1000 = 0 then 'attention' when n % 20 = 0 then 'open' when n % 5 = 1 then 'flagged' else 'processed' end, '{}',
        'expected', 0, case when n % 1000 = 0 then 'SKU unknown' end, case when n % 50 = 0 then 'flag' else 'process' end,
        case when n % 500 = 0 then 'flag-closed' end, at, case when n % 20 = 0 then 'label' end, at, at, at, at, at
      from generate_series(100001, 140000) n, lateral (select now() - (140000 - n) * interval '1 minute' as at) as dated`,
  );
  await connection.pool.query(
    `insert into return_terms select merchant, loop_return_id, term, created_at from returns,
      unnest(array[loop_return_id, 'sku-' || timeline_length]) as term`,
  );
  await connection.pool.query('vacuum analyze returns, return_terms');
});

function planOf(filter: ReturnFilter, sort: ReturnSort): Promise<string> {
  return planOfLast(connection.pool, (db) => listReturns(db, filter, { sort, limit: 50 }));
}

const longAgo = new Date(Date.now() - 20 * 86_400_000);
test.each<[string, ReturnFilter, ReturnSort, string]>([
  ['all, newest first', {}, 'newest', 'returns_newest_of_all'],
  ['all, oldest first', {}, 'oldest', 'returns_newest_of_all'],
  ['all, by who waits longest', {}, 'longest', 'returns_since'],
  ['a status, newest first', { status: 'attention' }, 'newest', 'returns_status'],
  ['a status, by who waits longest', { status: 'open' }, 'longest', 'returns_status_since'],
  ['what was received last', { dated: 'received' }, 'newest', 'returns_received'],
  ['what was decided first', { dated: 'decided' }, 'oldest', 'returns_decided'],
  ['a rare decision', { decision: 'hold' }, 'newest', 'returns_decision'],
  ['a cause', { merchant: 'acme', cause: 'SKU unknown' }, 'longest', 'returns_cause'],
  ['a difference that is rare', { differs: 'hold-closed' }, 'newest', 'returns_differs'],
  ['what stands still', { standing: { stage: 'label', since: longAgo } }, 'longest', 'returns_ageing'],
  ['a beginning that few have', { q: '1399' }, 'newest', 'return_terms_beginning'],
  ['a beginning that many have', { q: 'sku' }, 'newest', 'returns_pkey'],
])('%s', async (_what, filter, sort, index) => {
  const plan = await planOf(filter, sort);
  expect(plan).toMatch(new RegExp(`(using|Bitmap Index Scan on) ${index}\\b`));
  expect(plan).not.toContain('Seq Scan on returns');
});

test('a search among few looks at no more terms than were counted', async () => {
  const from = new Date(Date.now() - 3_600_000);
  const plan = await planOf({ merchant: 'acme', q: 'sku', from }, 'newest');
  const scan = plan.split('->').find((node) => / on return_terms\b/.test(node));
  expect(scan).toContain('created_at >=');
  expect(scan).toContain("merchant = 'acme'");
});
