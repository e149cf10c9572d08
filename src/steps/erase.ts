import type { Transaction } from 'kysely';
import { type LocalActor, recordAction } from '../audit/audit.ts';
import { countCallsOf, deleteCallsOf } from '../connections/calls-of-returns.ts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import type { Tables } from '../database/tables.ts';
import type { Delivery, Told } from '../inbox/delivery.ts';
import { deliveriesWith, type ErasableDelivery, eraseBody } from '../inbox/erase.ts';
import { NotJson, parseJson } from '../parsing/json.ts';
import { cut } from '../parsing/tolerant.ts';
import { type MeantReturns, type NamesOfReturns, namesOfReturns } from '../returns-store/names.ts';
import { lockStored, saveReturns } from '../returns-store/store.ts';
import type { VendorWithSteps } from './vendor.ts';

/** What is there of them, and what becomes of it. */
export interface Erasure {
  /** Those that are known, by their ids. */
  readonly returns: readonly string[];
  /** Raw deliveries whose bodies go. */
  readonly bodies: number;
  /** Of these, the ones that tell of other returns too: the body is one, and goes for all of them. */
  readonly shared: number;
  /** Calls to vendors. */
  readonly calls: number;
  /** Deliveries that stay, because they still have to be applied. */
  readonly waiting: number;
  /** Deliveries that stay, because something else in them was not understood and may be replayed. */
  readonly unread: number;
}

export interface EraseParts {
  readonly db: Database;
  readonly vendors: readonly Pick<VendorWithSteps, 'name' | 'readAgain'>[];
  readonly now: () => Date;
  /** Who asks for it, for the audit list. */
  readonly actor: LocalActor;
}

/**
 * Takes what may be personal out of the database before its time: the raw deliveries that tell of a return, and
 * the calls that were made for it. The return itself stays, with its timeline, which says that this was done,
 * as the audit list does.
 * @param mode `look` changes nothing, and tells what would be done
 */
export async function eraseReturns(
  { db, vendors, now, actor }: EraseParts,
  merchant: string,
  meant: MeantReturns,
  mode: 'look' | 'erase',
): Promise<Erasure> {
  return inTransaction(db, 'repeat', async (trx) => {
    const names = await namesOfReturns(trx, merchant, meant);
    const texts = [...names.rmaNumbers, ...names.packageIds, ...names.orderNames];
    const deliveries = texts.length === 0 ? [] : await deliveriesWith(trx, merchant, texts, mode);
    const found = deliveries.map((delivery) => sort(delivery, names, vendors));
    const toErase = found.filter(({ fate }) => fate === 'erase');
    const count = (fate: Fate) => found.filter((one) => one.fate === fate).length;
    const erasure = {
      returns: names.known,
      bodies: toErase.length,
      shared: toErase.filter(({ others }) => others > 0).length,
      calls: await countCallsOf(trx, merchant, names.loopReturnIds),
      waiting: count('waiting'),
      unread: count('unread'),
    };
    if (mode === 'erase' && erasure.bodies + erasure.calls > 0) {
      for (const { delivery, kept } of toErase) await eraseBody(trx, delivery, kept);
      await deleteCallsOf(trx, merchant, names.loopReturnIds);
      const at = now();
      await noteInTimelines(trx, merchant, erasure, at);
      await recordAction(trx, at, actor, {
        action: 'erase',
        merchant,
        subject: cut('loopReturnId' in meant ? meant.loopReturnId : `order ${meant.orderName}`, 64),
        result: 'done',
        details: { bodies: erasure.bodies, calls: erasure.calls },
      });
    }
    return erasure;
  });
}

type Fate = 'erase' | 'waiting' | 'unread' | 'not ours';

/** Whether a delivery tells of the returns, and what becomes of it then. */
function sort(delivery: ErasableDelivery, names: NamesOfReturns, vendors: EraseParts['vendors']) {
  const json = jsonOf(delivery.body);
  const vendor = vendors.find(({ name }) => name === delivery.source);
  const read = vendor?.readAgain(delivery.merchant, delivery.body, json) ?? [];
  const told = read.flatMap(toldBy);
  const isOfThem = (one: Told) => isTold(one, names);
  // Not by its key, which an older version may have made otherwise.
  const own = read.find(({ part }) => part === delivery.part);
  const kept = (own === undefined ? [] : toldBy(own)).filter((one) => !isOfThem(one));
  const others = told.filter((one) => !isOfThem(one)).length;
  const isOurs = told.some(isOfThem) || (delivery.result !== 'accepted' && isNamedIn(json, names));
  return { delivery, kept, others, fate: fateOf(delivery, isOurs, read.length) };
}

function fateOf({ result, isWaiting }: ErasableDelivery, isOurs: boolean, messages: number): Fate {
  if (!isOurs) return 'not ours';
  if (isWaiting) return 'waiting';
  return result !== 'accepted' && messages > 1 ? 'unread' : 'erase';
}

function isTold(one: Told, { loopReturnIds, rmaNumbers, packageIds }: NamesOfReturns): boolean {
  if ('loopReturnId' in one) return loopReturnIds.includes(one.loopReturnId);
  if ('rmaNumber' in one) return rmaNumbers.includes(one.rmaNumber);
  // What is on a box is matched without regard to letter case, and may be told in another one each time.
  const onTheBox = one.blind.receipt.packageId?.toLowerCase();
  return packageIds.some((packageId) => packageId.toLowerCase() === onTheBox);
}

/** What was not understood is searched for a value that is one of the names, whole and wherever it stands. */
function isNamedIn(json: unknown, names: NamesOfReturns): boolean {
  if (typeof json === 'object' && json !== null) {
    return Object.values(json).some((value) => isNamedIn(value, names));
  }
  return [...names.rmaNumbers, ...names.orderNames].includes(String(json));
}

function toldBy({ understood }: Delivery): readonly Told[] {
  return understood.result === 'accepted' ? understood.events : [];
}

/** Null where the bytes are none that are read today. */
function jsonOf(body: Buffer): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

async function noteInTimelines(
  trx: Transaction<Tables>,
  merchant: string,
  { returns, bodies, calls }: Erasure,
  at: Date,
): Promise<void> {
  const locked = await lockStored(trx, merchant, returns);
  const detail = `Raw deliveries: ${bodies}; calls to vendors: ${calls}.`;
  const changed = [...locked.values()].map((one) => ({
    ...one,
    before: one.facts,
    entries: [{ event: 'erased', detail, at, delivery: null }],
  }));
  await saveReturns(trx, changed, at);
}
