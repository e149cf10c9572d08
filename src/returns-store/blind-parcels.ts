import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/connect.ts';
import { insertRows, overwrite } from '../database/rows.ts';
import type { Tables } from '../database/tables.ts';
import type { BoxOwner } from '../returns/bare-receipts.ts';
import { isNewsOf, type KeptReceipt, keptOf } from '../returns/blind-parcel.ts';
import type { ReceiptEvent } from '../returns/events.ts';
import { type Receipt, receipt as receiptSchema } from '../returns/return.ts';
import { searchTerm } from '../returns/search-terms.ts';

/** Parcels that the warehouse received without an RMA: kept until it is known which return they are of. */
export interface BlindParcel {
  readonly parcel: string;
  readonly receipt: Receipt;
  /** Null while it is not known. */
  readonly loopReturnId: string | null;
}

/** Such a parcel once it is stored, and what became of what was told of it. */
export interface KeptParcel extends BlindParcel, KeptReceipt {}

const columns = {
  merchant: 'text',
  parcel: 'text',
  package_id: 'text',
  term: 'text',
  receipt: 'jsonb',
  received_at: 'timestamptz',
};

/** How a parcel is told from others: by MasonHub's id, or by what is on the box. */
export function parcelOf({ masonHubId, packageId }: Receipt): string {
  return masonHubId ?? `package ${packageId ?? ''}`;
}

/** Those of a merchant's parcels of which the warehouse says what it had said before, left out. */
export async function withoutStored(
  db: Database,
  merchant: string,
  receipts: readonly Receipt[],
): Promise<Receipt[]> {
  if (receipts.length === 0) return [];
  const rows = await db
    .selectFrom('blind_parcels')
    .select(['parcel', 'receipt'])
    .where('merchant', '=', merchant)
    .where('parcel', 'in', receipts.map(parcelOf))
    .execute();
  const kept = new Map(rows.map((row) => [row.parcel, receiptSchema.parse(row.receipt)]));
  return receipts.filter((one) => {
    const before = kept.get(parcelOf(one));
    return before === undefined || isNewsOf(before, one);
  });
}

/**
 * The numbers on parcels of which no return is known, and that some return is found by.
 * @param since when the parcels were first told of, at the earliest
 * @param limit so many numbers at most
 */
export async function numbersToMatch(
  db: Database,
  merchant: string,
  since: Date,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('blind_parcels as b')
    .innerJoin('return_terms as t', (join) =>
      join.onRef('t.merchant', '=', 'b.merchant').onRef('t.term', '=', 'b.term'),
    )
    .select('b.package_id')
    .groupBy('b.package_id')
    // A number that several returns bear stays among them: the newest are looked at first.
    .orderBy((eb) => eb.fn.max('b.received_at'), 'desc')
    .where('b.merchant', '=', merchant)
    .where('b.loop_return_id', 'is', null)
    .where('b.received_at', '>', since)
    .limit(limit)
    .execute();
  return rows.flatMap((row) => row.package_id ?? []);
}

/** The returns that such parcels are known to be of. */
export async function returnsOfParcels(
  trx: Transaction<Tables>,
  merchant: string,
  receipts: readonly Receipt[],
): Promise<string[]> {
  const rows = await trx
    .selectFrom('blind_parcels')
    .select('loop_return_id')
    .where('merchant', '=', merchant)
    .where('parcel', 'in', receipts.map(parcelOf))
    .execute();
  return rows.flatMap((row) => row.loop_return_id ?? []);
}

/** Keeps what the warehouse found in such a parcel, as far as it is news. */
export async function storeBlindParcel(
  trx: Transaction<Tables>,
  owner: BoxOwner,
  event: ReceiptEvent,
  now: Date,
): Promise<KeptParcel> {
  const { slug: merchant } = owner;
  const { receipt: told } = event;
  const parcel = parcelOf(told);
  const rowsOf = (receipt: Receipt) => {
    const { packageId } = receipt;
    const term = packageId === null ? null : searchTerm(packageId);
    return [{ merchant, parcel, package_id: packageId, term, receipt, received_at: now }];
  };
  const made = await insertRows(trx, 'blind_parcels', rowsOf(told), columns, sql`on conflict do nothing`);
  if (made > 0) return { parcel, receipt: told, loopReturnId: null, isCorrected: false, isLate: false };
  // Locked and read only now: whoever has stored another receipt of it meanwhile has been waited for.
  const kept = await trx
    .selectFrom('blind_parcels')
    .select(['receipt', 'loop_return_id'])
    .where('merchant', '=', merchant)
    .where('parcel', '=', parcel)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const { loop_return_id: loopReturnId } = kept;
  const after = keptOf(receiptSchema.parse(kept.receipt), event, loopReturnId !== null, owner);
  const update = sql`on conflict (merchant, parcel) do update
    set ${overwrite('receipt', 'package_id', 'term')}`;
  if (!after.isLate) await insertRows(trx, 'blind_parcels', rowsOf(after.receipt), columns, update);
  return { parcel, loopReturnId, ...after };
}

/** Says which return a parcel is of; null where it is none that is known. */
export async function assignParcel(
  trx: Transaction<Tables>,
  merchant: string,
  parcel: string,
  loopReturnId: string | null,
): Promise<void> {
  await trx
    .updateTable('blind_parcels')
    .set({ loop_return_id: loopReturnId })
    .where('merchant', '=', merchant)
    .where('parcel', '=', parcel)
    .execute();
}

/** Locks parcels of which no return is known, and which bear one of these numbers: in their order. */
export async function unannouncedWith(
  trx: Transaction<Tables>,
  merchant: string,
  numbers: readonly string[],
): Promise<BlindParcel[]> {
  if (numbers.length === 0) return [];
  const rows = await trx
    .selectFrom('blind_parcels')
    .select(['parcel', 'receipt'])
    .where('merchant', '=', merchant)
    .where('term', 'in', numbers.map(searchTerm))
    .where('loop_return_id', 'is', null)
    .orderBy(sql`parcel collate "C"`)
    .forUpdate()
    .execute();
  return rows.map((row) => ({
    parcel: row.parcel,
    receipt: receiptSchema.parse(row.receipt),
    loopReturnId: null,
  }));
}

/** More than bear any one number: where so many are found, there may be others. */
export const mostFoundBy = 20;

/** The returns that people would find by what is on a box, so many at most. */
export async function returnsFoundBy(
  trx: Transaction<Tables>,
  merchant: string,
  packageId: string,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('return_terms')
    .select('loop_return_id')
    .where('merchant', '=', merchant)
    .where('term', '=', searchTerm(packageId))
    .orderBy('loop_return_id')
    .limit(mostFoundBy)
    .execute();
  return rows.map((row) => row.loop_return_id);
}
