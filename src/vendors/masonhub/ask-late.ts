import type { Merchant } from '../../config/merchants.ts';
import type { AwaitedReceipt } from '../../returns-store/known.ts';
import type { StepContext } from '../../steps/context.ts';
import { PollFailed } from '../../steps/poll-failed.ts';
import { moveWatermark, readWatermark } from '../../steps/watermark.ts';
import { largestBatch, type MasonHubClient, type ShownRmas } from './client.ts';

/** In `polls`: up to which of them, by when they were first told of, they have had their turn in this round. */
const turn = 'masonhub.late';

/** So many questions without an answer, and MasonHub is left alone until the next poll. */
const mostWithoutAnswer = 3;

/**
 * Asks MasonHub by number for some of the returns whose RMAs may have been created longer ago than its list is read:
 * those whose turn it is. A poll asks few, and goes on where the one before ended.
 * @param late the eldest first
 * @param take takes over what MasonHub shows, asked at a moment
 * @throws PollFailed where MasonHub takes nothing now; the next poll asks for the same again
 */
export async function askLate(
  { db, log, now }: Pick<StepContext, 'db' | 'log' | 'now'>,
  { slug: merchant }: Merchant,
  client: Pick<MasonHubClient, 'showRmas'>,
  late: readonly AwaitedReceipt[],
  take: (shown: ShownRmas, askedAt: Date) => Promise<void>,
): Promise<void> {
  if (late.length === 0) return;
  const asked = nextInTurn(late, await readWatermark({ db }, merchant, turn), largestBatch);
  const shown = new Set<string | null>();
  const ask = async (some: readonly AwaitedReceipt[]) => {
    const askedAt = now();
    const found = await client.showRmas(some.map(({ rmaNumber }) => rmaNumber));
    if (found.kind !== 'found') return found;
    for (const { customer_identifier: number } of found.rmas) shown.add(number ?? null);
    for (const { rmaNumber } of found.unread) shown.add(rmaNumber);
    await take(found, askedAt);
    return null;
  };
  const answers: boolean[] = [];
  const askOrTell = async (some: readonly AwaitedReceipt[]) => {
    const failure = await ask(some);
    if (failure?.kind === 'paused') throw new PollFailed(failure);
    answers.push(failure === null);
    if (failure === null) return;
    const [first, ...others] = some.map(({ loopReturnId }) => loopReturnId);
    const line = { merchant, return: first, others, why: failure.why };
    log.warn(line, 'MasonHub could not be asked for RMAs by number');
  };
  for (let at = 0; at < asked.length; at += largestBatch) await askOrTell(asked.slice(at, at + largestBatch));
  const missed = asked.length === 1 ? [] : asked.filter(({ rmaNumber }) => !shown.has(rmaNumber));
  for (const one of missed) {
    // One that MasonHub has no answer for holds up no other; where it has none at all, the next poll asks again.
    if (answers.length >= mostWithoutAnswer && !answers.includes(true)) return;
    await askOrTell([one]);
  }
  const last = asked.at(-1);
  if (last !== undefined) await moveWatermark({ db }, merchant, turn, last.createdAt);
}

/**
 * Those whose turn it is: the first after those of before, and where these are not enough, the eldest after them. Each has
 * its turn, however many new ones come.
 * @param late the eldest first
 * @param after the last of before; null where there was none
 * @param most so many, and whoever was first told of in the same instant as the last of them
 */
export function nextInTurn<Late extends { readonly createdAt: Date }>(
  late: readonly Late[],
  after: Date | null,
  most: number,
): Late[] {
  const hadTurn = (one: Late) => after !== null && one.createdAt <= after;
  const next = firstOf(
    late.filter((one) => !hadTurn(one)),
    most,
  );
  return [...next, ...firstOf(late.filter(hadTurn), most - next.length)];
}

function firstOf<Late extends { readonly createdAt: Date }>(late: readonly Late[], most: number): Late[] {
  if (most <= 0) return [];
  const last = late[most - 1];
  return late.filter(({ createdAt }) => last === undefined || createdAt <= last.createdAt);
}
