import { sql } from 'kysely';
import type { Database } from '../database/connect.ts';
import { searchTerm } from '../returns/search-terms.ts';
import type { ReturnFilter, ReturnsPage } from './return-filter.ts';
import type { summariesOf } from './summary.ts';

type Query = ReturnType<typeof summariesOf>;

/** A way to find what a search leaves. */
export interface Search {
  readonly narrow: (query: Query) => Query;
  /** Else it can miss what comes last: where it does not fill a page, the next way has to. */
  readonly isWhole: boolean;
}

/** As many as are quickly put into any order. */
const few = 2_000;
/** As many as are quickly put into the order of the index that finds them. */
const many = 100_000;
/** Of which enough are left for a page by a filter that leaves one in ten. */
const candidates = 600;

/**
 * The ways to carry out a filter's search, in the order in which they are tried.
 * @param byCreation the page that is looked for, of a list that is sorted by when returns were created; null for any
 *   other, and for all that the search leaves: then there is one way, which finds them all
 */
export async function waysToSearch(
  db: Database,
  filter: ReturnFilter,
  byCreation: ReturnsPage | null,
): Promise<readonly Search[]> {
  if (filter.q === undefined) return [{ narrow: (query) => query, isWhole: true }];
  const beginning = searchTerm(filter.q);
  const found = await countTerms(db, filter, beginning);
  if (found <= few) return [{ narrow: (query) => amongFew(query, filter, beginning), isWhole: true }];
  const walk = { narrow: (query: Query) => wherever(query, beginning), isWhole: true };
  return found > many || byCreation === null
    ? [walk]
    : [{ narrow: (query) => amongNext(query, filter, byCreation, beginning), isWhole: false }, walk];
}

const begins = (beginning: string) => `${beginning.replace(/[\\%_]/g, '\\$&')}%`;

/** How many terms begin so, as far as it matters. */
async function countTerms(db: Database, filter: ReturnFilter, beginning: string): Promise<number> {
  const { rows } = await sql<{ found: number }>`select count(*)::int as found from (
    select 1 from return_terms where ${termsLeft(filter, beginning)} limit ${many + 1}) as terms`.execute(db);
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

function amongFew(query: Query, filter: ReturnFilter, beginning: string): Query {
  return query.where(
    sql<boolean>`(r.merchant, r.loop_return_id) in (
      select merchant, loop_return_id from return_terms where ${termsLeft(filter, beginning)})`,
  );
}

/** Among the next returns that are found so, whatever else the filter leaves of them. */
function amongNext(
  query: Query,
  filter: ReturnFilter,
  { sort, after }: ReturnsPage,
  beginning: string,
): Query {
  const [direction, beyond] = sort === 'newest' ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const place = sql`created_at, merchant, loop_return_id`;
  const goesOn =
    after === undefined
      ? sql``
      : sql`and (${place}) ${beyond} (${after.at}, ${after.merchant}, ${after.loopReturnId})`;
  return query.where(
    sql<boolean>`(r.merchant, r.loop_return_id) in (select merchant, loop_return_id from (
      select distinct ${place} from return_terms where ${termsLeft(filter, beginning)} ${goesOn}
      order by created_at ${direction}, merchant ${direction}, loop_return_id ${direction}
      limit ${candidates}) as next)`,
  );
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
