import type { Transaction } from 'kysely';
import { BeginAnew } from '../database/retry.ts';
import type { Tables } from '../database/tables.ts';
import type { BoxOwner } from '../returns/bare-receipts.ts';
import type { ReceiptEvent } from '../returns/events.ts';
import { bearsNumber } from '../returns/package.ts';
import type { Receipt } from '../returns/return.ts';
import type { Happened } from '../returns-store/advance.ts';
import {
  assignParcel,
  mostFoundBy,
  parcelOf,
  returnsFoundBy,
  returnsOfParcels,
  storeBlindParcel,
  unannouncedWith,
} from '../returns-store/blind-parcels.ts';
import { findAllFacts } from '../returns-store/queries.ts';
import { lockReturns, lockStored } from '../returns-store/store.ts';

/** What the warehouse tells of a parcel without an RMA, and the delivery that told us; null where we asked. */
export interface BlindNews {
  readonly blind: ReceiptEvent;
  readonly delivery: string | null;
}

/** The ids of the returns that a transaction has locked, and so may change. */
type Held = ReadonlySet<string>;

/**
 * Parcels that the warehouse received without an RMA count to the return whose tracking number is on the box, if
 * that is exactly one. Else they are kept, and looked at again whenever a label becomes known. Where MasonHub corrects
 * that number, the parcel leaves the return that it counted to.
 *
 * Everybody locks returns first, in the order of their ids, and then parcels, in theirs, so that nobody waits for
 * somebody who waits for them: those that the parcels may be of are locked here, together with those that are
 * changed with them. Only where the same deliveries make other parcels' labels known as well are parcels locked a
 * second time, out of order; PostgreSQL undoes one of two that meet there, and it is repeated.
 * @param others the ids of the returns that the transaction changes as well
 * @returns what happened to returns by each of the news; nothing where no return is known
 * @throws BeginAnew where a parcel has come to be of a return that was not known of at the beginning
 */
export async function takeBlindParcels<News extends BlindNews>(
  trx: Transaction<Tables>,
  owner: BoxOwner,
  news: readonly News[],
  others: readonly string[],
  now: Date,
): Promise<ReadonlyMap<News, readonly Happened[]>> {
  const { slug: merchant } = owner;
  const happened = new Map<News, Happened[]>();
  if (news.length === 0) return happened;
  const receipts = news.map(({ blind }) => blind.receipt);
  const ids = [...others, ...(await returnsOfParcels(trx, merchant, receipts))];
  for (const { packageId } of receipts) {
    if (packageId !== null) ids.push(...(await returnsFoundBy(trx, merchant, packageId)));
  }
  await lockReturns(trx, merchant, ids, now);
  const held = new Set(ids);
  for (const one of news.toSorted(byParcel)) {
    const kept = await storeBlindParcel(trx, owner, one.blind, now);
    // A return that has the newer one says by itself that this one came late; while none is known, it says nothing.
    if (kept.loopReturnId === null && kept.isLate) continue;
    const { loopReturnId: before, receipt } = kept;
    const isMoved = before === null || kept.isCorrected;
    const loopReturnId = isMoved ? await returnOf(trx, merchant, receipt) : before;
    for (const id of [before, loopReturnId]) if (id !== null) requireHeld(held, id);
    const own: Happened[] = [];
    if (before !== null && before !== loopReturnId) own.push(left(before, one));
    if (before !== loopReturnId) await assignParcel(trx, merchant, kept.parcel, loopReturnId);
    const event = { ...one.blind, receipt: { ...one.blind.receipt, packageId: receipt.packageId } };
    if (loopReturnId !== null) own.push({ loopReturnId, delivery: one.delivery, event });
    happened.set(one, own);
  }
  return happened;
}

function requireHeld(held: Held, loopReturnId: string): void {
  if (held.has(loopReturnId)) return;
  throw new BeginAnew(`A parcel without an RMA has come to be of return ${loopReturnId} meanwhile.`);
}

function left(loopReturnId: string, { blind, delivery }: BlindNews): Happened {
  return { loopReturnId, delivery, event: { kind: 'parcelLeft', receipt: blind.receipt } };
}

function byParcel(one: BlindNews, other: BlindNews): number {
  const [first, second] = [parcelOf(one.blind.receipt), parcelOf(other.blind.receipt)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/**
 * Parcels that were kept, of which labels have become known now.
 * @param held of these returns; a parcel of another one is left to the next poll
 */
export async function takeAnnouncedParcels(
  trx: Transaction<Tables>,
  merchant: string,
  numbers: readonly string[],
  held: Held,
): Promise<Happened[]> {
  const happened: Happened[] = [];
  for (const parcel of await unannouncedWith(trx, merchant, numbers)) {
    const { receipt } = parcel;
    const loopReturnId = await returnOf(trx, merchant, receipt);
    if (loopReturnId === null || !held.has(loopReturnId)) continue;
    await assignParcel(trx, merchant, parcel.parcel, loopReturnId);
    happened.push({ loopReturnId, delivery: null, event: { kind: 'receipt', trigger: 'receipt', receipt } });
  }
  return happened;
}

/** Locks the returns that bear one of the numbers, before the parcels that do. */
export async function lockBearing(
  trx: Transaction<Tables>,
  merchant: string,
  numbers: readonly string[],
): Promise<Held> {
  const ids: string[] = [];
  for (const number of numbers) ids.push(...(await returnsFoundBy(trx, merchant, number)));
  return new Set((await lockStored(trx, merchant, ids)).keys());
}

/**
 * Only looks: whoever else bears the number is not changed, and waiting for them could be waiting for each other.
 * @returns the only return that has the number on the box; null where there is none, or several
 */
async function returnOf(
  trx: Transaction<Tables>,
  merchant: string,
  { packageId }: Receipt,
): Promise<string | null> {
  if (packageId === null) return null;
  const ids = await returnsFoundBy(trx, merchant, packageId);
  if (ids.length >= mostFoundBy) return null;
  const found = await findAllFacts(trx, merchant, ids);
  const own = [...found].filter(([, facts]) => bearsNumber(facts, packageId));
  const [first, ...others] = own.map(([loopReturnId]) => loopReturnId);
  return first === undefined || others.length > 0 ? null : first;
}
