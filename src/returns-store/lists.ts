import type { Database } from '../database/connect.ts';
import {
  type PageOfReturns,
  type Position,
  type ReturnFilter,
  type ReturnSort,
  type ReturnsPage,
  type SortKey,
  sortedBy,
} from './return-filter.ts';
import { type Search, waysToSearch } from './search.ts';
import { type ReturnSummary, type SummaryRow, summariesOf, summaryOf } from './summary.ts';

/**
 * A page of returns. A return of which only a label or a receipt has been seen is not shown: until Loop has told
 * of it, there is nothing to show.
 */
export async function listReturns(
  db: Database,
  filter: ReturnFilter,
  page: ReturnsPage,
): Promise<PageOfReturns> {
  const isByCreation = sortedBy(filter, page.sort) === 'created';
  const searches = await waysToSearch(db, filter, isByCreation ? page : null);
  const rows = await findPage(db, filter, page, searches);
  const returns = rows.slice(0, page.limit).map(summaryOf);
  const last = rows.length > page.limit ? returns.at(-1) : undefined;
  return { returns, next: last === undefined ? null : placeIn(filter, page.sort, last) };
}

/** The page's rows, and one more where there is another page. */
async function findPage(
  db: Database,
  filter: ReturnFilter,
  page: ReturnsPage,
  [search, ...others]: readonly Search[],
): Promise<SummaryRow[]> {
  if (search === undefined) return [];
  const rows = await summariesOf(db)
    .$call(search.narrow)
    .$call((query) => leaving(query, filter))
    .$call((query) => inOrder(query, filter, page))
    .limit(page.limit + 1)
    .execute();
  const isEnough = search.isWhole || rows.length > page.limit;
  return isEnough ? rows : findPage(db, filter, page, others);
}

/** How a query comes to leave only the returns that a filter is for, whatever is then done with them. */
export async function narrowingTo(db: Database, filter: ReturnFilter): Promise<(query: Query) => Query> {
  const searches = await waysToSearch(db, filter, null);
  return (query) =>
    leaving(
      searches.reduce((left, { narrow }) => narrow(left), query),
      filter,
    );
}

function placeIn(filter: ReturnFilter, sort: ReturnSort, one: ReturnSummary): Position {
  const by = sortedBy(filter, sort);
  return { by, at: dateOf(one, by) ?? one.createdAt, merchant: one.merchant, loopReturnId: one.loopReturnId };
}

function dateOf(one: ReturnSummary, by: SortKey): Date | null | undefined {
  switch (by) {
    case 'created':
      return one.createdAt;
    case 'received':
      return one.receivedAt;
    case 'decided':
      return one.decidedAt;
    case 'status':
      return one.statusSince;
    case 'standing':
      return one.ageing?.since;
  }
}

const columns = {
  created: 'r.created_at',
  received: 'r.received_at',
  decided: 'r.decided_at',
  status: 'r.status_since',
  standing: 'r.ageing_since',
} as const satisfies Record<SortKey, string>;

type Query = ReturnType<typeof summariesOf>;

function leaving(query: Query, filter: ReturnFilter): Query {
  const { merchant, status, cause, decision, differs, standing, dated = 'created', from, before } = filter;
  const date = columns[dated];
  return query
    .$if(merchant !== undefined, (left) => left.where('r.merchant', '=', merchant ?? ''))
    .$if(status !== undefined, (left) => left.where('r.status', '=', status ?? ''))
    .$if(cause !== undefined, (left) => left.where('r.cause', '=', cause ?? ''))
    .$if(decision !== undefined, (left) => left.where('r.decision', '=', decision ?? ''))
    .$if(differs !== undefined, (left) => left.where('r.differs', '=', differs ?? ''))
    .$if(dated !== 'created', (left) => left.where(date, 'is not', null))
    .$if(from !== undefined, (left) => left.where(date, '>=', from ?? new Date(0)))
    .$if(before !== undefined, (left) => left.where(date, '<', before ?? new Date(0)))
    .$if(standing !== undefined, (left) =>
      left
        .where('r.ageing_stage', '=', standing?.stage ?? '')
        .where('r.ageing_since', '<', standing?.since ?? new Date(0)),
    );
}

function inOrder(query: Query, filter: ReturnFilter, { sort, after }: ReturnsPage): Query {
  const by = columns[sortedBy(filter, sort)];
  const [direction, beyond] =
    sort === 'newest' || sort === 'latest' ? (['desc', '<'] as const) : (['asc', '>'] as const);
  return query
    .$if(after !== undefined, (left) =>
      left.where((eb) =>
        eb(eb.refTuple(by, 'r.merchant', 'r.loop_return_id'), beyond, eb.tuple(...placeOf(after))),
      ),
    )
    .orderBy(by, direction)
    .orderBy('r.merchant', direction)
    .orderBy('r.loop_return_id', direction);
}

function placeOf(after: Position | undefined): [Date, string, string] {
  return [after?.at ?? new Date(0), after?.merchant ?? '', after?.loopReturnId ?? ''];
}
