import type { Database } from '../database/connect.ts';
import { bearsNumber } from '../returns/package.ts';
import { type Receipt, receipt as receiptSchema } from '../returns/return.ts';
import { readFacts } from './store.ts';

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
  const [rows, bearing] = await Promise.all([newest(db, limit).execute(), returnsBearing(db, limit)]);
  return rows.map(({ merchant, parcel, package_id, receipt, received_at }) => ({
    merchant,
    packageId: package_id,
    receipt: receiptSchema.parse(receipt),
    receivedAt: received_at,
    loopReturnIds: bearing
      .filter((one) => one.merchant === merchant && one.parcel === parcel)
      .map((one) => one.loopReturnId),
  }));
}

function newest(db: Database, limit: number) {
  return db
    .selectFrom('blind_parcels')
    .select(['merchant', 'parcel', 'package_id', 'term', 'receipt', 'received_at'])
    .where('loop_return_id', 'is', null)
    .orderBy('received_at', 'desc')
    .orderBy('merchant')
    .orderBy('parcel')
    .limit(limit);
}

/** What is on a box can also be the SKU of many returns; not all of them are looked at. */
const mostLookedAt = 20;

/** The returns that bear the number on one of the newest parcels, each beside that parcel. */
async function returnsBearing(db: Database, limit: number) {
  const rows = await db
    .selectFrom(newest(db, limit).as('p'))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('return_terms')
          .select('loop_return_id as id')
          .whereRef('merchant', '=', 'p.merchant')
          .whereRef('term', '=', 'p.term')
          .orderBy('created_at', 'desc')
          .limit(mostLookedAt)
          .as('t'),
      (join) => join.onTrue(),
    )
    .innerJoin('returns as r', (join) =>
      join.onRef('r.merchant', '=', 'p.merchant').onRef('r.loop_return_id', '=', 't.id'),
    )
    .selectAll('r')
    .select(['p.parcel', 'p.package_id'])
    .orderBy('r.loop_return_id')
    .execute();
  return rows
    .filter((row) => row.package_id !== null && bearsNumber(readFacts(row, undefined), row.package_id))
    .map((row) => ({ merchant: row.merchant, parcel: row.parcel, loopReturnId: row.loop_return_id }));
}
