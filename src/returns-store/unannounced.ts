import { sql } from 'kysely';
import type { Database } from '../database/connect.ts';
import { bearsNumber } from '../returns/package.ts';
import { type Receipt, type Return, receipt as receiptSchema } from '../returns/return.ts';
import { readFacts } from './read-facts.ts';

/** A parcel that came without an RMA, and of which no return is known, for people. */
export interface UnannouncedParcel {
  readonly merchant: string;
  readonly packageId: string | null;
  readonly receipt: Receipt;
  /** When it was first told of. */
  readonly receivedAt: Date;
  /** The returns that bear its number. As several do, none is known to be the one; or none does. */
  readonly loopReturnIds: readonly string[];
}

/** How many such parcels there are. */
export async function countUnannounced(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('blind_parcels')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('loop_return_id', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

/** The newest of them, so many at most. */
export async function unannouncedParcels(db: Database, limit: number): Promise<UnannouncedParcel[]> {
  const rows = await newest(db, limit);
  const bearing: Bearing[] = [];
  for (const [merchant, own] of Map.groupBy(rows, (row) => row.merchant)) {
    const terms = new Set(own.flatMap(({ term }) => (term === null ? [] : [term])));
    bearing.push(...(await returnsWithTerms(db, merchant, [...terms])));
  }
  return rows.map(({ merchant, term, package_id, receipt, received_at }) => ({
    merchant,
    packageId: package_id,
    receipt: receiptSchema.parse(receipt),
    receivedAt: received_at,
    loopReturnIds: bearing
      .filter((one) => one.merchant === merchant && one.term === term)
      .filter(({ facts }) => package_id !== null && bearsNumber(facts, package_id))
      .map(({ facts }) => facts.loopReturnId),
  }));
}

function newest(db: Database, limit: number) {
  return db
    .selectFrom('blind_parcels')
    .select(['merchant', 'package_id', 'term', 'receipt', 'received_at'])
    .where('loop_return_id', 'is', null)
    .orderBy('received_at', 'desc')
    .orderBy('merchant')
    .orderBy('parcel')
    .limit(limit)
    .execute();
}

/** What is on a box can also be the SKU of many returns; not all of them are looked at. */
const mostLookedAt = 20;

/** A return that may bear the number on a box. */
interface Bearing {
  readonly merchant: string;
  readonly term: string;
  readonly facts: Return;
}

/** One merchant's returns that are found by one of these terms: each term's newest. */
async function returnsWithTerms(
  db: Database,
  merchant: string,
  terms: readonly string[],
): Promise<Bearing[]> {
  if (terms.length === 0) return [];
  const rows = await db
    .selectFrom(sql<{ term: string }>`unnest(${[...terms]}::text[])`.as<'p'>(sql`p(term)`))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('return_terms')
          .select('loop_return_id as id')
          .where('merchant', '=', merchant)
          .whereRef('term', '=', 'p.term')
          .orderBy('created_at', 'desc')
          .limit(mostLookedAt)
          .as('t'),
      (join) => join.onTrue(),
    )
    .innerJoin('returns as r', (join) =>
      join.on('r.merchant', '=', merchant).onRef('r.loop_return_id', '=', 't.id'),
    )
    .selectAll('r')
    .select('p.term')
    .orderBy('r.loop_return_id')
    .execute();
  return rows.map((row) => ({ merchant, term: row.term, facts: readFacts(row, undefined) }));
}
