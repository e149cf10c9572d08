import { aDayMs } from '../../config/duration.ts';
import type { Merchant } from '../../config/merchants.ts';
import { inTransaction } from '../../database/retry.ts';
import type { ReceiptEvent } from '../../returns/events.ts';
import { isSameReceipt } from '../../returns/parcels.ts';
import { numbersToMatch, withoutStored } from '../../returns-store/blind-parcels.ts';
import { type AwaitedReceipts, awaitedReceipts } from '../../returns-store/known.ts';
import { lockBearing, takeAnnouncedParcels, takeBlindParcels } from '../../steps/blind-parcels.ts';
import { advanceReturns, advanceWithin, logAdvanced, type StepContext } from '../../steps/context.ts';
import { PollFailed } from '../../steps/poll-failed.ts';
import { moveWatermark, readWatermark } from '../../steps/watermark.ts';
import { receiptOf } from './callbacks.ts';
import { masonHubClient } from './client.ts';
import type { RmaRecord } from './schemas.ts';
import { isReceived } from './words.ts';

/** MasonHub's clock and ours differ. */
const overlapMs = 10 * 60_000;
/** How long a box can lie on the dock between MasonHub's RMA for it and its receipt. */
const longestOnDockMs = 7 * aDayMs;
/** How long a box of which no return is known is looked at again. A list of all that there have ever been only grows. */
const longestUnmatchedMs = 90 * aDayMs;
/** How long a return that needs attention is asked for. */
const longestAttentionMs = 30 * aDayMs;
const mostNumbersToMatch = 100;
/** Pages without a record that can be read, one after the other: the list has no end then. */
const mostBarrenPages = 20;

/**
 * Asks MasonHub for RMAs that it has received and of which no receipt has come here, so that a missed
 * callback loses nothing. MasonHub searches by the day of creation, so the search begins with the oldest
 * return that still waits. For a parcel without an RMA, which MasonHub makes one for when it arrives, nothing
 * waits here: the search goes back for as long as such a box may lie on the dock.
 * @throws PollFailed where MasonHub did not answer; the next poll asks for the same again
 */
export async function pollMasonHub(context: StepContext, merchant: Merchant): Promise<void> {
  const call = context.connections.callAs({ merchant: merchant.slug, vendor: 'masonhub' }, 'pull');
  const client = masonHubClient(merchant, call);
  const startedAt = context.now();
  const heardSince = new Date(startedAt.getTime() - longestAttentionMs);
  const awaited = await awaitedReceipts(context.db, merchant.slug, heardSince);
  const polledAt = (await readWatermark(context, merchant.slug, 'masonhub')) ?? startedAt;
  const times = [polledAt.getTime() - longestOnDockMs, awaited.oldest?.getTime() ?? startedAt.getTime()];
  const since = new Date(Math.min(...times) - overlapMs);
  let taken = 0;
  // MasonHub may show fewer records than it is asked for: the end is a page with nothing new on it.
  const seen = new Set<string>();
  let barren = 0;
  for (let offset = 0; ; ) {
    const page = await client.receivedRmas(since, offset);
    if (page.kind !== 'found') throw new PollFailed(page);
    const count = page.rmas.length + page.unreadable;
    const keys = page.rmas.map(keyOf);
    const isNew = keys.some((key) => !seen.has(key));
    barren = isNew ? 0 : barren + 1;
    if (count === 0 || (!isNew && page.unreadable === 0) || barren > mostBarrenPages) break;
    for (const key of keys) seen.add(key);
    offset += count;
    taken += await takeReceipts(context, merchant, page.rmas, awaited);
    taken += await takeBlind(context, merchant, page.rmas);
  }
  await matchAgain(context, merchant, new Date(startedAt.getTime() - longestUnmatchedMs));
  await moveWatermark(context, merchant.slug, 'masonhub', startedAt);
  context.log.info({ merchant: merchant.slug, taken }, 'MasonHub was asked for receipts');
}

/** @returns how many receipts there were of returns that wait for one, and that were not known */
async function takeReceipts(
  context: StepContext,
  merchant: Merchant,
  records: readonly RmaRecord[],
  { known }: AwaitedReceipts,
): Promise<number> {
  const happened = records.filter(isReceived).flatMap((record) => {
    const awaited = known.get(record.customer_identifier ?? '');
    if (awaited === undefined) return [];
    const { loopReturnId, receipts } = awaited;
    const event = receiptOf(record, 'receipt.pulled');
    const isKnown = receipts.some((one) => !one.isBlind && isSameReceipt(one, event.receipt));
    return isKnown ? [] : [{ loopReturnId, delivery: null, event }];
  });
  if (happened.length > 0) await advanceReturns(context, merchant, happened);
  return happened.length;
}

/** What tells one record from the others: a parcel without an RMA has no number. */
function keyOf({ id, customer_identifier: number, package_id: packageId }: RmaRecord): string {
  return number ?? JSON.stringify([id, packageId]);
}

/** Parcels without an RMA are among those that MasonHub has received. @returns how many of them were news */
async function takeBlind(
  context: StepContext,
  merchant: Merchant,
  records: readonly RmaRecord[],
): Promise<number> {
  const shown = records
    .filter((record) => (record.customer_identifier ?? null) === null && isReceived(record))
    .map((record) => receiptOf(record, 'receipt.pulled'));
  const receipts = await withoutStored(
    context.db,
    merchant.slug,
    shown.map(({ receipt }) => receipt),
  );
  const events = shown.filter(({ receipt }) => receipts.includes(receipt));
  if (events.length > 0) await takeBlindEvents(context, merchant, events);
  return events.length;
}

async function takeBlindEvents(
  context: StepContext,
  merchant: Merchant,
  events: readonly ReceiptEvent[],
): Promise<void> {
  const advanced = await inTransaction(context.db, 'throw', async (trx) => {
    const news = events.map((blind) => ({ blind, delivery: null }));
    const counted = await takeBlindParcels(trx, merchant.slug, news, [], context.now());
    return advanceWithin(context, trx, merchant, [...counted.values()]);
  });
  logAdvanced(context, merchant.slug, advanced);
}

/**
 * A label and its box that come in the same instant do not see each other, and of two returns with one number the
 * other may lose it: here a box and its return are brought together.
 * @param since boxes that were first told of before are left to people
 */
async function matchAgain(context: StepContext, merchant: Merchant, since: Date): Promise<void> {
  const numbers = await numbersToMatch(context.db, merchant.slug, since, mostNumbersToMatch);
  if (numbers.length === 0) return;
  const advanced = await inTransaction(context.db, 'throw', async (trx) => {
    const held = await lockBearing(trx, merchant.slug, numbers);
    const announced = await takeAnnouncedParcels(trx, merchant.slug, numbers, held);
    return announced.length === 0 ? [] : advanceWithin(context, trx, merchant, announced);
  });
  logAdvanced(context, merchant.slug, advanced);
}
