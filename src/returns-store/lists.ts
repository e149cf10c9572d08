import type { Database } from '../database/connect.ts';
import { beyond, inOrder, leaving, type Query } from './list-parts.ts';
import {
  type PageOfReturns,
  type Position,
  type ReturnFilter,
  type ReturnSort,
  type ReturnsPage,
  type SortKey,
  sortedBy,
} from './return-filter.ts';
import { type SearchLimits, searchLimits, waysToSearch, wayToAll } from './search.ts';
import { type ReturnSummary, type SummaryRow, summariesOf, summaryOf } from './summary.ts';

/**
 * A page of returns. A return of which only a label or a receipt has been seen is not shown: until Loop has told
 * of it, there is nothing to show.
 * @param limits from where on a search is carried out in another way
 */
export async function listReturns(
  db: Database,
  filter: ReturnFilter,
  page: ReturnsPage,
  limits: SearchLimits = searchLimits,
): Promise<PageOfReturns> {
  const rows = await findPage(db, filter, page, waysToSearch(db, filter, page, limits));
  const returns = rows.slice(0, page.limit).map(summaryOf);
  const last = rows.length > page.limit ? returns.at(-1) : undefined;
  return { returns, next: last === undefined ? null : positionOf(filter, page.sort, last) };
}

/** The page's rows, and one more where there is another page. */
async function findPage(
  db: Database,
  filter: ReturnFilter,
  page: ReturnsPage,
  ways: AsyncGenerator<(query: Query) => Query>,
): Promise<SummaryRow[]> {
  let rows: SummaryRow[] = [];
  for await (const narrow of ways) {
    rows = await summariesOf(db)
      .$call(narrow)
      .$call((query) => leaving(query, filter))
      .$call((query) => beyond(query, filter, page))
      .$call((query) => inOrder(query, filter, page))
      .limit(page.limit + 1)
      .execute();
    if (rows.length > page.limit) break;
  }
  return rows;
}

/** How a query comes to leave only the returns that a filter is for, whatever is then done with them. */
export async function narrowingTo(db: Database, filter: ReturnFilter): Promise<(query: Query) => Query> {
  const search = await wayToAll(db, filter);
  return (query) => leaving(search(query), filter);
}

function positionOf(filter: ReturnFilter, sort: ReturnSort, one: ReturnSummary): Position {
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
