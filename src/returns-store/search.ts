import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/connect.ts';
import { searchTerm } from '../returns/search-terms.ts';
import { beyond, inOrder, isDescending, leaving, placeIn, type Query } from './list-parts.ts';
import { type ReturnFilter, type ReturnsPage, sortedBy } from './return-filter.ts';
import { summariesOf } from './summary.ts';

/** A way to find what a search leaves. */
export interface Search {
  readonly narrow: Narrow;
  /** Else it can miss what comes last: where it does not fill a page, the next way has to. */
  readonly isWhole: boolean;
}
type Narrow = (query: Query) => Query;

/** As many as are quickly put into any order. */
const few = 2_000;
/** As many as are found and sorted sooner than the most that are looked at ahead of a page. */
const some = 20_000;
/** As many as are soon put into the order of the index that finds them. */
const many = 100_000;
/** As many as are found and sorted sooner than all other returns are looked at. */
const most = 300_000;
/** Of which enough are left for a page by a filter that leaves one in ten. */
const candidates = 600;
/** So many returns are looked at for each one of a page, where one in thirty, or in four hundred, is looked for. */
const lookedAtFirst = 30;
const lookedAtAtMost = 400;

/**
 * The ways to carry out a filter's search for a page, in the order in which they are to be tried; the last one is
 * whole. What many have is soon met among the next returns of the list; else it stands far behind, and is found by
 * the terms.
 */
export async function* waysToSearch(
  db: Database,
  filter: ReturnFilter,
  page: ReturnsPage,
): AsyncGenerator<Search> {
  if (filter.q === undefined) return yield { narrow: (query) => query, isWhole: true };
  const beginning = searchTerm(filter.q);
  const terms = await countTerms(db, filter, beginning, some);
  if (terms <= few) return yield { narrow: (query) => among(query, filter, beginning), isWhole: true };
  const ahead = (lookedAtForEach: number): Search => ({
    narrow: (query) => amongNext(db, query, filter, page, beginning, lookedAtForEach),
    isWhole: false,
  });
  const isByCreation = sortedBy(filter, page.sort) === 'created';
  const nextTerms: Search = {
    narrow: (query) => amongNextTerms(query, filter, page, beginning),
    isWhole: false,
  };
  const allTerms: Search = {
    narrow: (query) => amongAllTerms(db, query, filter, page, beginning),
    isWhole: true,
  };
  if (terms <= some) {
    yield isByCreation ? nextTerms : ahead(lookedAtFirst);
    return yield allTerms;
  }
  yield ahead(lookedAtFirst);
  yield ahead(lookedAtAtMost);
  const more = await countTerms(db, filter, beginning, most);
  if (isByCreation && more <= many) yield nextTerms;
  yield more <= most ? allTerms : { narrow: (query) => wherever(query, beginning), isWhole: true };
}

/** How all that a filter's search leaves is found. */
export async function wayToAll(db: Database, filter: ReturnFilter): Promise<Narrow> {
  if (filter.q === undefined) return (query) => query;
  const beginning = searchTerm(filter.q);
  return (await countTerms(db, filter, beginning, few)) <= few
    ? (query) => among(query, filter, beginning)
    : (query) => wherever(query, beginning);
}

const begins = (beginning: string) => `${beginning.replace(/[\\%_]/g, '\\$&')}%`;

/** How many terms begin so; one more than the limit stands for whatever is above. */
async function countTerms(
  db: Database,
  filter: ReturnFilter,
  beginning: string,
  limit: number,
): Promise<number> {
  const { rows } = await sql<{ found: number }>`select count(*)::int as found from (
    select 1 from return_terms where ${termsLeft(filter, beginning)} limit ${limit + 1}) as terms`.execute(
    db,
  );
  return rows[0]?.found ?? 0;
}

/** A term has its return's date of creation beside it. */
function termsLeft({ merchant, dated = 'created', from, before }: ReturnFilter, beginning: string) {
  const isByCreation = dated === 'created';
  return sql.join(
    [
      sql`term like ${begins(beginning)}`,
      ...(merchant === undefined ? [] : [sql`merchant = ${merchant}`]),
      ...(isByCreation && from !== undefined ? [sql`created_at >= ${from}`] : []),
      ...(isByCreation && before !== undefined ? [sql`created_at < ${before}`] : []),
    ],
    sql` and `,
  );
}

const keysOfTerms = (filter: ReturnFilter, beginning: string) =>
  sql`(select merchant, loop_return_id from return_terms where ${termsLeft(filter, beginning)})`;
const isIn = (keys: RawBuilder<unknown>) => sql<boolean>`(r.merchant, r.loop_return_id) in ${keys}`;

function among(query: Query, filter: ReturnFilter, beginning: string): Query {
  return query.where(isIn(keysOfTerms(filter, beginning)));
}

/**
 * Those that are looked for among the next returns of the list. A join, because Citus has no correlated subquery on
 * what a limit has cut off.
 */
function amongNext(
  db: Database,
  query: Query,
  filter: ReturnFilter,
  page: ReturnsPage,
  beginning: string,
  lookedAtForEach: number,
): Query {
  const next = inOrder(beyond(leaving(summariesOf(db), filter), filter, page), filter, page)
    .limit(page.limit * lookedAtForEach)
    .clearSelect()
    .select(['r.merchant', 'r.loop_return_id', placeIn(filter, page).as('place')]);
  return query.where(
    isIn(sql`(select merchant, loop_return_id from (
      select distinct next.place, next.merchant, next.loop_return_id from ${next} as next join return_terms as t
        on t.merchant = next.merchant and t.loop_return_id = next.loop_return_id and t.term like ${begins(beginning)}
      ${firstOfPage(page)}) as found)`),
  );
}

/** Among the next returns that have such a term, whatever else the filter leaves of them. */
function amongNextTerms(
  query: Query,
  filter: ReturnFilter,
  { sort, after }: ReturnsPage,
  beginning: string,
): Query {
  const [direction, isBeyond] = sort === 'newest' ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const place = sql`created_at, merchant, loop_return_id`;
  const goesOn =
    after === undefined
      ? sql``
      : sql`and (${place}) ${isBeyond} (${after.at}, ${after.merchant}, ${after.loopReturnId})`;
  return query.where(
    isIn(sql`(select merchant, loop_return_id from (
      select distinct ${place} from return_terms where ${termsLeft(filter, beginning)} ${goesOn}
      order by created_at ${direction}, merchant ${direction}, loop_return_id ${direction}
      limit ${candidates}) as next)`),
  );
}

/**
 * All that have such a term, sorted. They are found first: a planner that counts on meeting them soon would look at
 * every return before them.
 */
function amongAllTerms(
  db: Database,
  query: Query,
  filter: ReturnFilter,
  page: ReturnsPage,
  beginning: string,
): Query {
  const all = beyond(leaving(among(summariesOf(db), filter, beginning), filter), filter, page)
    .clearSelect()
    .select(['r.merchant', 'r.loop_return_id', placeIn(filter, page).as('place')]);
  return query.where(
    isIn(
      sql`(with found as materialized ${all} select merchant, loop_return_id from found ${firstOfPage(page)})`,
    ),
  );
}

/** As many as show whether there is another page. */
function firstOfPage({ sort, limit }: ReturnsPage) {
  const direction = sql.raw(isDescending(sort) ? 'desc' : 'asc');
  return sql`order by place ${direction}, merchant ${direction}, loop_return_id ${direction} limit ${limit + 1}`;
}

/** Whoever is next in the list's own order is looked at. */
function wherever(query: Query, beginning: string): Query {
  return query.where(({ exists, selectFrom }) =>
    exists(
      selectFrom('return_terms as t')
        .select('t.term')
        .whereRef('t.merchant', '=', 'r.merchant')
        .whereRef('t.loop_return_id', '=', 'r.loop_return_id')
        .where('t.term', 'like', begins(beginning)),
    ),
  );
}
