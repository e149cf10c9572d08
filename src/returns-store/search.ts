import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/connect.ts';
import { searchTerm } from '../returns/search-terms.ts';
import { beyond, inOrder, isDescending, leaving, placeIn, type Query } from './list-parts.ts';
import { type ReturnFilter, type ReturnsPage, sortedBy } from './return-filter.ts';
import { summariesOf } from './summary.ts';

type Narrow = (query: Query) => Query;

/** How many terms, or returns, are soon gone through; more of them are looked for in another way. */
export interface SearchLimits {
  /** Terms whose returns are quickly put into any order. */
  readonly few: number;
  /** Terms whose returns are found and sorted sooner than the most that are looked at ahead of a page. */
  readonly some: number;
  /** Terms that are soon put into the order of the index that finds them. */
  readonly many: number;
  /** Terms whose returns are found and sorted sooner than all other returns are looked at. */
  readonly most: number;
  /** Returns that are looked at for each one of a page, at first and at most. */
  readonly ahead: readonly [number, number];
  /** Terms that are taken for each return of a page, of which a filter that leaves one in ten leaves enough. */
  readonly candidates: number;
}

/** As measured with a million returns. */
export const searchLimits: SearchLimits = {
  few: 2_000,
  some: 20_000,
  many: 100_000,
  most: 300_000,
  ahead: [30, 400],
  candidates: 12,
};

/**
 * The ways to carry out a filter's search for a page, in the order in which they are to be tried until one fills the
 * page; what the last one finds is all that there is. What many have is soon met among the next returns of the list;
 * else it stands far behind, and is found by the terms.
 */
export async function* waysToSearch(
  db: Database,
  filter: ReturnFilter,
  page: ReturnsPage,
  limits: SearchLimits,
): AsyncGenerator<Narrow> {
  if (filter.q === undefined) return yield (query) => query;
  const beginning = searchTerm(filter.q);
  const terms = await countTerms(db, filter, beginning, limits.some);
  if (terms <= limits.few) return yield (query) => among(query, filter, beginning);
  const isByCreation = sortedBy(filter, page.sort) === 'created';
  const next: Narrow = (query) => amongNextTerms(query, filter, page, beginning, limits.candidates);
  const all: Narrow = (query) => amongAllTerms(db, query, filter, page, beginning);
  if (terms <= limits.some && isByCreation) {
    yield next;
    return yield all;
  }
  const [first, atMost] = limits.ahead;
  for (const lookedAt of terms <= limits.some ? [first] : [first, atMost]) {
    const ahead = nextOfList(db, filter, page, page.limit * lookedAt);
    yield (query) => amongNext(query, filter, ahead, page, beginning);
    if (await reachesTheEnd(db, ahead, page.limit * lookedAt)) return;
  }
  if (terms <= limits.some) return yield all;
  const more = await countTerms(db, filter, beginning, limits.most);
  if (isByCreation && more <= limits.many) yield next;
  yield more <= limits.most ? all : (query) => wherever(query, filter, beginning);
}

/** How all that a filter's search leaves is found. */
export async function wayToAll(db: Database, filter: ReturnFilter): Promise<Narrow> {
  if (filter.q === undefined) return (query) => query;
  const beginning = searchTerm(filter.q);
  const { few } = searchLimits;
  return (await countTerms(db, filter, beginning, few)) <= few
    ? (query) => among(query, filter, beginning)
    : (query) => wherever(query, filter, beginning);
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

const isIn = (keys: RawBuilder<unknown>) => sql<boolean>`(r.merchant, r.loop_return_id) in ${keys}`;

function among(query: Query, filter: ReturnFilter, beginning: string): Query {
  return query.where(
    isIn(sql`(select merchant, loop_return_id from return_terms where ${termsLeft(filter, beginning)})`),
  );
}

/** The next returns of the list, whatever they are called. */
function nextOfList(db: Database, filter: ReturnFilter, page: ReturnsPage, count: number) {
  return inOrder(beyond(leaving(summariesOf(db), filter), filter, page), filter, page)
    .limit(count)
    .clearSelect()
    .select(['r.merchant', 'r.loop_return_id', placeIn(filter, page).as('place')]);
}

/** Whether the list has no more than were looked at. */
async function reachesTheEnd(
  db: Database,
  ahead: ReturnType<typeof nextOfList>,
  count: number,
): Promise<boolean> {
  const { found } = await db
    .selectFrom(ahead.as('next'))
    .select((eb) => eb.fn.countAll<number>().as('found'))
    .executeTakeFirstOrThrow();
  return found < count;
}

/**
 * Those that are looked for among the next returns of the list. A join, because Citus has no correlated subquery on
 * what a limit has cut off.
 */
function amongNext(
  query: Query,
  filter: ReturnFilter,
  ahead: ReturnType<typeof nextOfList>,
  page: ReturnsPage,
  beginning: string,
): Query {
  return query.where(
    isIn(sql`(select merchant, loop_return_id from (
      select distinct next.place, next.merchant, next.loop_return_id from ${ahead} as next join return_terms as t
        on t.merchant = next.merchant and t.loop_return_id = next.loop_return_id and t.term like ${begins(beginning)}
        ${filter.merchant === undefined ? sql`` : sql`and t.merchant = ${filter.merchant}`}
      ${firstOfPage(page)}) as found)`),
  );
}

/** Among the next returns that have such a term, whatever else the filter leaves of them. */
function amongNextTerms(
  query: Query,
  filter: ReturnFilter,
  { sort, after, limit }: ReturnsPage,
  beginning: string,
  candidates: number,
): Query {
  const [direction, isBeyond] = isDescending(sort) ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const place = sql`created_at, merchant, loop_return_id`;
  const goesOn =
    after === undefined
      ? sql``
      : sql`and (${place}) ${isBeyond} (${after.at}, ${after.merchant}, ${after.loopReturnId})`;
  return query.where(
    isIn(sql`(select merchant, loop_return_id from (
      select distinct ${place} from return_terms where ${termsLeft(filter, beginning)} ${goesOn}
      order by created_at ${direction}, merchant ${direction}, loop_return_id ${direction}
      limit ${limit * candidates}) as next)`),
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
function wherever(query: Query, { merchant }: ReturnFilter, beginning: string): Query {
  return query.where(({ exists, selectFrom }) =>
    exists(
      selectFrom('return_terms as t')
        .select('t.term')
        .whereRef('t.merchant', '=', 'r.merchant')
        .whereRef('t.loop_return_id', '=', 'r.loop_return_id')
        .where('t.term', 'like', begins(beginning))
        .$if(merchant !== undefined, (terms) => terms.where('t.merchant', '=', merchant ?? '')),
    ),
  );
}
