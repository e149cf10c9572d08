import { aDayMs } from '../../config/duration.ts';
import type { Merchant } from '../../config/merchants.ts';
import { inTransaction } from '../../database/retry.ts';
import { numbersToMatch } from '../../returns-store/blind-parcels.ts';
import { type AwaitedReceipt, awaitedReceipts } from '../../returns-store/known.ts';
import { lockBearing, takeAnnouncedParcels } from '../../steps/blind-parcels.ts';
import { advanceWithin, logAdvanced, type StepContext } from '../../steps/context.ts';
import { PollFailed } from '../../steps/poll-failed.ts';
import { moveWatermark, readWatermark } from '../../steps/watermark.ts';
import { askLate } from './ask-late.ts';
import { masonHubClient, type ShownRmas } from './client.ts';
import type { RmaRecord } from './schemas.ts';
import { type Awaited, takeBlind, takeReceipts, takeUnread } from './take-receipts.ts';

/** MasonHub's clock and ours differ. */
const overlapMs = 10 * 60_000;
/** How long a box can lie on the dock between MasonHub's RMA for it and its receipt. */
const longestOnDockMs = 7 * aDayMs;
/**
 * How far back the list is read for returns that are on their way. What is to come has come by then, but for a few,
 * for which MasonHub is asked by number. Of those whose parcel never comes there are some of any age, and all that was
 * received since the eldest of them would be read at every poll.
 */
const longestListedMs = 60 * aDayMs;
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
 * return that still waits and is not late. One whose RMA was there before is late at once. For a parcel without an RMA,
 * which MasonHub makes one for when it arrives, nothing waits here: the search goes back for as long as such a box may
 * lie on the dock.
 * @throws PollFailed where MasonHub did not answer; the next poll asks for the same again
 */
export async function pollMasonHub(context: StepContext, merchant: Merchant): Promise<void> {
  const call = context.connections.callAs({ merchant: merchant.slug, vendor: 'masonhub' }, 'pull');
  const client = masonHubClient(merchant, call);
  const startedAt = context.now();
  const heardSince = new Date(startedAt.getTime() - longestAttentionMs);
  const awaited = await awaitedReceipts(context.db, merchant.slug, heardSince);
  const byNumber: Awaited = new Map(awaited.map((one) => [one.rmaNumber, one]));
  const listedFrom = new Date(startedAt.getTime() - longestListedMs);
  const isLate = ({ createdAt, rmaOrigin }: AwaitedReceipt) =>
    rmaOrigin === 'found' || createdAt < listedFrom;
  const late = awaited.filter(isLate);
  const oldest = awaited.find((one) => !isLate(one))?.createdAt ?? startedAt;
  const polledAt = (await readWatermark(context, merchant.slug, 'masonhub')) ?? startedAt;
  const since = new Date(Math.min(polledAt.getTime() - longestOnDockMs, oldest.getTime()) - overlapMs);
  let taken = 0;
  let unreadable = 0;
  const take = async ({ rmas, unread }: ShownRmas, askedAt: Date) => {
    unreadable += unread.length;
    taken += await takeReceipts(context, merchant, rmas, byNumber, askedAt);
    taken += await takeUnread(context, merchant, unread, byNumber);
  };
  // MasonHub may show fewer records than it is asked for: the end is a page with nothing new on it.
  const seen = new Set<string>();
  let barren = 0;
  for (let offset = 0; ; ) {
    const askedAt = context.now();
    const page = await client.receivedRmas(since, offset);
    if (page.kind !== 'found') throw new PollFailed(page);
    const count = page.rmas.length + page.unread.length;
    const keys = [...page.rmas.map(keyOf), ...page.unread.flatMap(({ rmaNumber }) => rmaNumber ?? [])];
    const isAnyNameless = page.unread.some(({ rmaNumber }) => rmaNumber === null);
    const isNew = keys.some((key) => !seen.has(key));
    barren = isNew ? 0 : barren + 1;
    if (count === 0 || (!isNew && !isAnyNameless) || barren > mostBarrenPages) break;
    for (const key of keys) seen.add(key);
    offset += count;
    await take(page, askedAt);
    taken += await takeBlind(context, merchant, page, byNumber, askedAt);
  }
  await matchAgain(context, merchant, new Date(startedAt.getTime() - longestUnmatchedMs));
  await moveWatermark(context, merchant.slug, 'masonhub', startedAt);
  await askLate(context, merchant, client, late, take);
  const sum = { taken, unreadable, late: late.length };
  context.log.info({ merchant: merchant.slug, ...sum }, 'MasonHub was asked for receipts');
}

/** What tells one record from the others: a parcel without an RMA has no number. */
function keyOf({ id, customer_identifier: number, package_id: packageId }: RmaRecord): string {
  return number ?? JSON.stringify([id, packageId]);
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
