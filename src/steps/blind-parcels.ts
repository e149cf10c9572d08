import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { ReceiptEvent } from '../returns/events.ts';
import { bearsNumber } from '../returns/package.ts';
import type { Receipt } from '../returns/return.ts';
import type { Happened } from '../returns-store/advance.ts';
import {
  assignParcel,
  type BlindParcel,
  returnsFoundBy,
  storeBlindParcel,
  unannouncedWith,
} from '../returns-store/blind-parcels.ts';
import { lockReturns, lockStored } from '../returns-store/store.ts';

/**
 * Locks the returns that parcels may be of, and those that are changed with them, before the parcels are taken: who
 * hears of a label locks its return and then the parcels that it announces, and neither must wait for the other. What
 * changes a return alone has nothing to lock here.
 * @param others the ids of the returns that are changed with them
 */
export async function lockBeforeParcels(
  trx: Transaction<Tables>,
  merchant: string,
  parcels: readonly ReceiptEvent[],
  others: readonly string[],
  now: Date,
): Promise<void> {
  if (parcels.length === 0) return;
  const ids = [...others];
  for (const { receipt } of parcels) {
    if (receipt.packageId !== null) ids.push(...(await returnsFoundBy(trx, merchant, receipt.packageId)));
  }
  await lockReturns(trx, merchant, ids, now);
}

/**
 * A parcel that the warehouse received without an RMA counts to the return whose tracking number is on the box,
 * if that is exactly one. Else it is kept, and looked at again whenever a label becomes known.
 * @returns what happened to returns by it
 */
export async function takeBlindParcel(
  trx: Transaction<Tables>,
  merchant: string,
  { receipt, trigger }: ReceiptEvent,
  delivery: string | null,
  now: Date,
): Promise<Happened[]> {
  const kept = await storeBlindParcel(trx, merchant, receipt, now);
  return received(trx, merchant, kept, trigger, delivery);
}

/** Parcels that were kept, of which labels have become known now. */
export async function takeAnnouncedParcels(
  trx: Transaction<Tables>,
  merchant: string,
  numbers: readonly string[],
): Promise<Happened[]> {
  const happened: Happened[] = [];
  for (const parcel of await unannouncedWith(trx, merchant, numbers)) {
    happened.push(...(await received(trx, merchant, parcel, 'receipt', null)));
  }
  return happened;
}

async function received(
  trx: Transaction<Tables>,
  merchant: string,
  { parcel, receipt, loopReturnId: known }: BlindParcel,
  trigger: ReceiptEvent['trigger'],
  delivery: string | null,
): Promise<Happened[]> {
  const loopReturnId = known ?? (await returnOf(trx, merchant, receipt));
  if (loopReturnId === null) return [];
  if (known === null) await assignParcel(trx, merchant, parcel, loopReturnId);
  return [{ loopReturnId, delivery, event: { kind: 'receipt', trigger, receipt } }];
}

/** @returns the only return that has the number on the box; null where there is none, or several */
async function returnOf(
  trx: Transaction<Tables>,
  merchant: string,
  { packageId }: Receipt,
): Promise<string | null> {
  if (packageId === null) return null;
  const found = await lockStored(trx, merchant, await returnsFoundBy(trx, merchant, packageId));
  const own = [...found].filter(([, { facts }]) => bearsNumber(facts, packageId));
  const [first, ...others] = own.map(([loopReturnId]) => loopReturnId);
  return first === undefined || others.length > 0 ? null : first;
}
