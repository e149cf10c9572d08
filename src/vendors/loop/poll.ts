import { aDayMs } from '../../config/duration.ts';
import type { Merchant } from '../../config/merchants.ts';
import { inTransaction } from '../../database/retry.ts';
import type { LoopReturnEvent } from '../../returns/events.ts';
import type { LoopFacts } from '../../returns/loop-facts.ts';
import { isNews } from '../../returns/told.ts';
import { knownFacts } from '../../returns-store/known.ts';
import { advanceWithin, logAdvanced, type StepContext } from '../../steps/context.ts';
import { PollFailed } from '../../steps/poll-failed.ts';
import { moveWatermark, readWatermark } from '../../steps/watermark.ts';
import { type FindItems, itemsFinder } from './find-items.ts';
import type { ReturnRecord } from './schemas.ts';
import { type WarehouseApi, type Window, warehouseApi } from './warehouse-api.ts';
import { returnEvent } from './webhooks.ts';

/** Loop's longest window is 120 days. */
const longestWindowMs = 119 * aDayMs;
/** Loop's clock and ours differ, and a return can show up in the list a little late. */
const overlapMs = 10 * 60_000;

/**
 * Pulls the returns that Loop has changed since the last pull, so that a missed webhook loses nothing.
 * What is new goes the same way as if its webhook had come.
 * @throws PollFailed where Loop did not answer for a window; the watermark stays before that window
 */
export async function pollLoop(context: StepContext, merchant: Merchant): Promise<void> {
  const call = context.connections.callAs({ merchant: merchant.slug, vendor: 'loop' }, 'pull');
  const api = warehouseApi(merchant, call);
  const until = context.now();
  const watermark = await readWatermark(context, merchant.slug, 'loop');
  let from =
    watermark === null
      ? new Date(until.getTime() - merchant.backfillMs)
      : new Date(watermark.getTime() - overlapMs);
  while (from < until) {
    const to = new Date(Math.min(from.getTime() + longestWindowMs, until.getTime()));
    const taken = await pollWindow(context, merchant, api, { from, to });
    await moveWatermark(context, merchant.slug, 'loop', to);
    context.log.info({ merchant: merchant.slug, from, to, ...taken }, 'Loop was asked for what changed');
    from = to;
  }
}

interface Pulled {
  readonly loopReturnId: string;
  readonly event: LoopReturnEvent;
}

interface TakenPages {
  seen: number;
  taken: number;
  unreadable: number;
}

/**
 * Without a state Loop lists open, closed and expired returns only; those that are cancelled or in review each
 * have to be asked for.
 */
const listedStates = [null, 'cancelled', 'review'] as const;

async function pollWindow(
  context: StepContext,
  merchant: Merchant,
  api: WarehouseApi,
  window: Window,
): Promise<TakenPages> {
  const sum: TakenPages = { seen: 0, taken: 0, unreadable: 0 };
  const items = itemsFinder(api, window, context.pace.returnsAskedAlone);
  for (const state of listedStates) {
    for await (const page of pagesOf(api, window, state)) {
      const ids = page.returns.map((record) => record.id);
      const known = await knownFacts(context.db, merchant.slug, ids);
      const pulled: Pulled[] = [];
      for (const record of page.returns) {
        const event = returnEvent(record, 'return.pulled', 'answer');
        const before = known.get(record.id);
        if (before?.unread === null && !isNews(event.facts, before)) continue;
        pulled.push({ loopReturnId: record.id, event: await withItems(items, record, event, before) });
      }
      await takeOver(context, merchant, pulled);
      sum.seen += page.returns.length;
      sum.taken += pulled.length;
      sum.unreadable += page.unreadable;
    }
  }
  return sum;
}

/** @throws PollFailed where Loop did not answer for a page */
async function* pagesOf(api: WarehouseApi, window: Window, state: (typeof listedStates)[number]) {
  let cursor: string | null = null;
  const cursors = new Set<string | null>();
  do {
    const page: Awaited<ReturnType<WarehouseApi['listReturns']>> = await api.listReturns(
      window,
      state,
      cursor,
    );
    if (page.kind !== 'page') throw new PollFailed(page);
    yield page;
    cursors.add(cursor);
    cursor = page.cursor;
    // A link that leads back would never end.
  } while (cursor !== null && !cursors.has(cursor));
}

/**
 * The list need not show line items. What has not been edited since still has those that are known.
 * @throws PollFailed where Loop could not be asked for them
 */
async function withItems(
  find: FindItems,
  record: ReturnRecord,
  event: LoopReturnEvent,
  before: LoopFacts | undefined,
): Promise<LoopReturnEvent> {
  if (record.line_items != null) return event;
  const isSame =
    before?.unread === null && event.facts.editedAt !== null && event.facts.editedAt === before.editedAt;
  if (isSame) {
    const { items, itemsFrom } = before;
    const known = { items, unread: null, ...(itemsFrom === undefined ? {} : { itemsFrom }) };
    return { ...event, facts: { ...event.facts, ...known } };
  }
  const found = await find(record);
  if (found.kind !== 'items') throw new PollFailed(found);
  const shown = { ...record, labels: record.labels ?? found.labels };
  const told = returnEvent(shown, event.trigger, event.heardBy, found.items ?? null);
  return found.from === undefined ? told : { ...told, facts: { ...told.facts, itemsFrom: found.from } };
}

/** Where the commit's answer is lost, the next pull sees what is still news, and a line is not written twice. */
async function takeOver(context: StepContext, merchant: Merchant, pulled: readonly Pulled[]): Promise<void> {
  if (pulled.length === 0) return;
  const happened = pulled.map((one) => ({ ...one, delivery: null }));
  const advanced = await inTransaction(context.db, 'throw', (trx) =>
    advanceWithin(context, trx, merchant, happened),
  );
  logAdvanced(context, merchant.slug, advanced);
}
