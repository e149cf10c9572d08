import type { Merchant } from '../config/merchants.ts';
import { inTransaction } from '../database/retry.ts';
import { receiptOf } from '../masonhub/callbacks.ts';
import { masonHubClient } from '../masonhub/client.ts';
import type { RmaRecord } from '../masonhub/schemas.ts';
import type { Happened } from '../returns/advance.ts';
import { awaitedReceipts } from '../returns/known.ts';
import { takeBlindParcel } from './blind-parcels.ts';
import { advanceReturns, advanceWithin, type StepContext, tellAdvanced } from './context.ts';
import { PollFailed } from './poll-failed.ts';
import { moveWatermark, readWatermark } from './watermark.ts';

/** MasonHub's clock and ours differ. */
const overlapMs = 10 * 60_000;

/**
 * Asks MasonHub for RMAs that it has received and of which no receipt has come here, so that a missed
 * callback loses nothing. MasonHub searches by the day of creation, so the search begins with the oldest
 * return that still waits. For a parcel without an RMA, which MasonHub makes one for when it arrives, nothing
 * waits here: the search goes back to the last poll at least.
 * @throws PollFailed where MasonHub did not answer; the next poll asks for the same again
 */
export async function pollMasonHub(context: StepContext, merchant: Merchant): Promise<void> {
  const call = context.connections.callAs({ merchant: merchant.slug, vendor: 'masonhub' }, 'pull');
  const client = masonHubClient(merchant, call);
  const startedAt = context.now();
  const awaited = await awaitedReceipts(context.db, merchant.slug);
  const polledAt = (await readWatermark(context, merchant.slug, 'masonhub')) ?? startedAt;
  const oldest = Math.min(awaited.oldest?.getTime() ?? Number.POSITIVE_INFINITY, polledAt.getTime());
  const since = new Date(oldest - overlapMs);
  let taken = 0;
  // MasonHub may show fewer records than it is asked for: the end is a page with nothing new on it.
  const seen = new Set<string>();
  for (let offset = 0; ; ) {
    const page = await client.receivedRmas(since, offset);
    if (page.kind !== 'found') throw new PollFailed(page);
    const keys = page.rmas.map(keyOf);
    if (page.unreadable === 0 && keys.every((key) => seen.has(key))) break;
    if (page.rmas.length === 0) break;
    for (const key of keys) seen.add(key);
    offset += page.rmas.length + page.unreadable;
    taken += await takeReceipts(context, merchant, page.rmas, awaited.ids);
    await takeBlind(context, merchant, page.rmas);
  }
  await moveWatermark(context, merchant.slug, 'masonhub', startedAt);
  context.log.info({ merchant: merchant.slug, taken }, 'MasonHub was asked for receipts');
}

/** @returns how many receipts of returns that wait for one were taken over */
async function takeReceipts(
  context: StepContext,
  merchant: Merchant,
  records: readonly RmaRecord[],
  awaited: ReadonlySet<string>,
): Promise<number> {
  const happened = records.flatMap((record) => {
    const loopReturnId = record.customer_identifier ?? null;
    if (loopReturnId === null || record.status !== 'received' || !awaited.has(loopReturnId)) return [];
    return [{ loopReturnId, delivery: null, event: receiptOf(record, 'receipt.pulled') }];
  });
  if (happened.length > 0) await advanceReturns(context, merchant, happened);
  return happened.length;
}

/** What tells one record from the others: a parcel without an RMA has no number. */
function keyOf({ id, customer_identifier: number, package_id: packageId }: RmaRecord): string {
  return number ?? JSON.stringify([id, packageId]);
}

/** Parcels without an RMA are among those that MasonHub has received. */
async function takeBlind(
  context: StepContext,
  merchant: Merchant,
  records: readonly RmaRecord[],
): Promise<void> {
  const blind = records.filter(
    (record) => (record.customer_identifier ?? null) === null && record.status === 'received',
  );
  if (blind.length === 0) return;
  const advanced = await inTransaction(context.db, 'throw', async (trx) => {
    const happened: Happened[] = [];
    for (const record of blind) {
      const event = receiptOf(record, 'receipt.pulled');
      happened.push(...(await takeBlindParcel(trx, merchant.slug, event, null, context.now())));
    }
    return advanceWithin(context, trx, merchant, happened);
  });
  tellAdvanced(context, merchant.slug, advanced);
}
