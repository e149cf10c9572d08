import type { Transaction } from 'kysely';
import type { Merchants } from '../config/merchants.ts';
import { isReadOnly, takesNothing } from '../database/away.ts';
import { inTransaction, once, type RetryBounds } from '../database/retry.ts';
import type { Tables } from '../database/tables.ts';
import { namesForLog } from '../inbox/delivery.ts';
import type { DeliveryKey } from '../inbox/inbox.ts';
import { readTold, takeUnapplied, type UnappliedDelivery } from '../inbox/unapplied.ts';
import type { Advanced, Happened } from '../returns-store/advance.ts';
import { returnsOfRmas } from '../returns-store/known.ts';
import { takeBlindParcels } from './blind-parcels.ts';
import { advanceWithin, logAdvanced, type StepContext } from './context.ts';

/**
 * Applies stored deliveries to their returns. A group goes through in one transaction; if that fails, each
 * merchant's get their own, and then each delivery, so that one that cannot be applied holds back no other.
 * @throws the last error, once all that can be applied has been: the queue then tries the rest again
 */
export async function applyDeliveries(
  context: StepContext,
  merchants: Merchants,
  keys: readonly DeliveryKey[],
): Promise<void> {
  const own = [...Map.groupBy(keys, ({ merchant }) => merchant).values()];
  if (own.length <= 1) return applyOneByOne(context, merchants, keys);
  try {
    // Where it is one merchant's part of the database that takes nothing, the others are not to wait for it.
    return await applyTogether(context, merchants, keys, once);
  } catch (error) {
    if (isReadOnly(error)) return applyOneByOne(context, merchants, keys);
  }
  const failures: unknown[] = [];
  for (let at = 0; at < own.length; at += mostAtOnce) {
    const some = own.slice(at, at + mostAtOnce);
    const results = await Promise.allSettled(some.map((one) => applyOneByOne(context, merchants, one)));
    for (const result of results) if (result.status === 'rejected') failures.push(result.reason);
  }
  if (failures.length > 0) throw failures[0];
}

/** So that the connections of those who store deliveries stay theirs. */
const mostAtOnce = 3;

/** All of them together, or else each by itself. */
async function applyOneByOne(
  context: StepContext,
  merchants: Merchants,
  keys: readonly DeliveryKey[],
): Promise<void> {
  try {
    await applyTogether(context, merchants, keys);
    return;
  } catch (error) {
    const [first, ...others] = keys;
    // A database that takes nothing at all takes nothing from each by itself either.
    if (first !== undefined && (others.length === 0 || takesNothing(error))) {
      await logFailure(context, first, error);
      throw error;
    }
  }
  const failures: unknown[] = [];
  for (const key of keys) {
    try {
      await applyTogether(context, merchants, [key]);
    } catch (error) {
      await logFailure(context, key, error);
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function logFailure({ db, log }: StepContext, key: DeliveryKey, error: unknown): Promise<void> {
  const names = namesForLog(await readTold(db, key).catch(() => []));
  const { merchant, key: delivery } = key;
  log.error({ err: error, merchant, delivery, ...names }, 'a delivery could not be applied');
}

/**
 * Where the commit's answer is lost it is repeated: if it did happen, the deliveries are marked as applied and
 * the second try finds none. All that is missing then are the log's lines.
 */
async function applyTogether(
  context: StepContext,
  merchants: Merchants,
  keys: readonly DeliveryKey[],
  bounds?: RetryBounds,
): Promise<void> {
  const apply = async (trx: Transaction<Tables>) => {
    const deliveries = await takeUnapplied(trx, keys, context.now());
    if (deliveries.length === 0) return [];
    const slugs = [...new Set(deliveries.map((delivery) => delivery.merchant))].sort();
    const advanced: { slug: string; lines: Advanced[] }[] = [];
    for (const slug of slugs) {
      const own = deliveries.filter((delivery) => delivery.merchant === slug);
      advanced.push({ slug, lines: await applyOwn(context, merchants, slug, own, trx) });
    }
    return advanced;
  };
  const done = await inTransaction(context.db, 'repeat', apply, bounds);
  for (const { slug, lines } of done) logAdvanced(context, slug, lines);
}

async function applyOwn(
  context: StepContext,
  merchants: Merchants,
  slug: string,
  deliveries: readonly UnappliedDelivery[],
  trx: Transaction<Tables>,
): Promise<Advanced[]> {
  const merchant = merchants.get(slug);
  if (merchant === undefined) {
    throw new Error(
      `The merchant ${slug} has left the merchants file while deliveries of theirs waited. Put the entry back.`,
    );
  }
  const rmaNumbers = deliveries.flatMap(({ told }) =>
    told.flatMap((one) => ('rmaNumber' in one ? [one.rmaNumber] : [])),
  );
  const returnOf = await returnsOfRmas(trx, slug, rmaNumbers);
  const all = deliveries.flatMap(({ key: delivery, told }) =>
    told
      .map((one) => ('rmaNumber' in one ? { ...one, loopReturnId: returnOf(one.rmaNumber) } : one))
      .map((one) => ({ ...one, delivery })),
  );
  const others = all.flatMap((one) => ('blind' in one ? [] : [one.loopReturnId]));
  const news = all.flatMap((one) => ('blind' in one ? [one] : []));
  const counted = await takeBlindParcels(trx, merchant, news, others, context.now());
  const happened: Happened[] = all.flatMap((one) => ('blind' in one ? (counted.get(one) ?? []) : [one]));
  return advanceWithin(context, trx, merchant, happened);
}
