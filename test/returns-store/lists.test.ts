import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { outcomeKinds, statuses } from '../../src/returns/return.ts';
import { listReturns } from '../../src/returns-store/lists.ts';
import {
  type Position,
  type ReturnFilter,
  type ReturnSort,
  returnDates,
  returnSorts,
  sortedBy,
} from '../../src/returns-store/return-filter.ts';
import { type SearchLimits, searchLimits } from '../../src/returns-store/search.ts';
import { openDatabase } from '../support/open-database.ts';
import { storeReturns } from '../support/stored-returns.ts';

/** Any list is what filtering and sorting the same returns in memory gives. */

const connection = openDatabase();
const someStatuses = statuses.slice(-4);
const someCauses = ['SKU unknown', 'Key refused'];
const someTerms = ['tee-1', 'tee-12', 'tee_1', 'te', '90508', '905%8'];
/** Few moments, so that many are equal; all of them in the past. */
const moment = fc.integer({ min: 0, max: 6 }).map((hour) => new Date(Date.UTC(2026, 4, 3, hour * 8)));
const orNot = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const stored = fc.record({
  merchant: fc.constantFrom('acme', 'zenith'),
  status: fc.constantFrom(...someStatuses),
  cause: orNot(fc.constantFrom(...someCauses)),
  decision: orNot(fc.constantFrom(...outcomeKinds)),
  differs: orNot(fc.constantFrom('flag-closed', 'closed-early')),
  ageing: orNot(fc.tuple(fc.constantFrom('dock', 'label'), moment)),
  created_at: moment,
  status_since: moment,
  received_at: orNot(moment),
  decided_at: orNot(moment),
  terms: fc.uniqueArray(fc.constantFrom(...someTerms), { maxLength: 3 }),
  isTold: fc.integer({ min: 0, max: 9 }).map((dice) => dice > 0),
});
type Generated = typeof stored extends fc.Arbitrary<infer Value> ? Value : never;
type Stored = ReturnType<typeof rowOf>;

function rowOf({ ageing, isTold, ...row }: Generated, index: number) {
  const id = String(1_000 + index);
  return {
    ...row,
    loop_return_id: id,
    loop: isTold ? {} : null,
    ageing_stage: ageing?.[0] ?? null,
    ageing_since: ageing?.[1] ?? null,
    terms: [...row.terms, id, 'common-sku', ...(row.status_since < midway ? ['early-sku'] : [])],
  };
}

/** More than half are from before: they stand together in some lists, and are scattered over the others. */
const midway = new Date(Date.UTC(2026, 4, 4, 4));
const total = 5_001;
const all = fc
  .sample(fc.array(stored, { minLength: total, maxLength: total, size: 'max' }), 1)
  .flat()
  .map(rowOf);

const filters: fc.Arbitrary<ReturnFilter> = fc.record(
  {
    merchant: fc.constantFrom('acme', 'zenith', 'nobody'),
    status: fc.constantFrom(...someStatuses),
    q: fc.constantFrom(
      'tee',
      'TEE-1',
      'tee_',
      '#90508',
      '905%',
      '1',
      '10',
      '1234',
      'common',
      'common-sku',
      'early',
      'no',
    ),
    cause: fc.constantFrom(...someCauses),
    decision: fc.constantFrom(...outcomeKinds),
    differs: fc.constantFrom('flag-closed', 'closed-early'),
    standing: fc.record({ stage: fc.constantFrom('dock', 'label'), since: moment }),
    dated: fc.constantFrom(...returnDates),
    from: moment,
    before: moment,
  },
  { requiredKeys: [] },
);

/** As they are, and so small that every way to search is taken with as few returns as there are. */
const searches: fc.Arbitrary<SearchLimits> = fc.oneof(
  fc.constant(searchLimits),
  fc
    .record({
      steps: fc.array(fc.integer({ min: 0, max: 1_500 }), { minLength: 4, maxLength: 4 }),
      ahead: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 4, max: 9 })),
      candidates: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ steps, ...rest }) => {
      const [few = 0, some = 0, many = 0, most = 0] = steps.map((_, index) =>
        steps.slice(0, index + 1).reduce((sum, step) => sum + step, 0),
      );
      return { few, some, many, most, ...rest };
    }),
);

const dateColumns = {
  created: 'created_at',
  received: 'received_at',
  decided: 'decided_at',
  status: 'status_since',
  standing: 'ageing_since',
} as const;

function leaves(filter: ReturnFilter, row: Stored): boolean {
  const { merchant, status, q, cause, decision, differs, standing, dated = 'created', from, before } = filter;
  const date = row[dateColumns[dated]];
  const beginning = q?.replace('#', '').toLowerCase();
  return (
    row.loop !== null &&
    date !== null &&
    (merchant === undefined || row.merchant === merchant) &&
    (status === undefined || row.status === status) &&
    (beginning === undefined || row.terms.some((term) => term.startsWith(beginning))) &&
    (cause === undefined || row.cause === cause) &&
    (decision === undefined || row.decision === decision) &&
    (differs === undefined || row.differs === differs) &&
    (standing === undefined ||
      (row.ageing_stage === standing.stage &&
        row.ageing_since !== null &&
        row.ageing_since < standing.since)) &&
    (from === undefined || date >= from) &&
    (before === undefined || date < before)
  );
}

function inMemory(filter: ReturnFilter, sort: ReturnSort): string[] {
  const column = dateColumns[sortedBy(filter, sort)];
  const keyOf = (row: Stored) =>
    `${row[column]?.toISOString()} ${row.merchant.padEnd(10)} ${row.loop_return_id}`;
  const rows = all
    .filter((row) => leaves(filter, row))
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    .map((row) => `${row.merchant} ${row.loop_return_id}`);
  return sort === 'newest' || sort === 'latest' ? rows.toReversed() : rows;
}

/** So many pages of a list, one after the other. */
async function walk(
  filter: ReturnFilter,
  sort: ReturnSort,
  limit: number,
  pages: number,
  limits: SearchLimits = searchLimits,
): Promise<string[]> {
  const found: string[] = [];
  let after: Position | undefined;
  for (let page = 0; page < pages; page += 1) {
    const { returns, next } = await listReturns(connection.db, filter, { sort, after, limit }, limits);
    found.push(...returns.map(({ merchant, loopReturnId }) => `${merchant} ${loopReturnId}`));
    if (next === null) break;
    after = next;
  }
  return found;
}

beforeAll(async () => {
  await storeReturns({ query: (statement, values) => connection.pool.query(statement, values) }, all);
  await connection.pool.query('analyze returns, return_terms');
});

test('a list has what the filter leaves, in the order that was asked for, page after page', async () => {
  const sorts = fc.constantFrom(...returnSorts);
  const sizes = fc.integer({ min: 1, max: 120 });
  const pages = 4;
  await fc.assert(
    fc.asyncProperty(filters, sorts, sizes, searches, async (filter, sort, limit, limits) => {
      const expected = inMemory(filter, sort).slice(0, limit * pages);
      expect(await walk(filter, sort, limit, pages, limits)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test.each<[string, ReturnFilter, ReturnSort]>([
  ['of a status', { q: 'common', status: 'attention' }, 'longest'],
  ['at the other end of the list', { q: 'early' }, 'latest'],
  ['at the other end of the list and scattered', { q: 'early' }, 'newest'],
])('a search that leaves many goes on to the last of them: %s', async (_what, filter, sort) => {
  const expected = inMemory(filter, sort);
  expect(expected.length).toBeGreaterThan(300);
  expect(await walk(filter, sort, 20, 500)).toEqual(expected);
});
