import type { Merchant } from '../config/merchants.ts';
import type { AsnRow, ReturnPayload, ReturnRecord } from '../loop/schemas.ts';
import { type WarehouseApi, type Window, warehouseApi } from '../loop/warehouse-api.ts';
import { returnEvent } from '../loop/webhooks.ts';
import { knownChanges } from '../returns/known.ts';
import { advanceWithin, type StepContext, tellAdvanced } from './context.ts';
import { PollFailed } from './poll-failed.ts';
import { moveWatermark, readWatermark } from './watermark.ts';

const aDay = 86_400_000;
/** Loop's longest window is 120 days. */
const longestWindowMs = 119 * aDay;
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

interface Taken {
  seen: number;
  taken: number;
  unreadable: number;
}

async function pollWindow(
  context: StepContext,
  merchant: Merchant,
  api: WarehouseApi,
  window: Window,
): Promise<Taken> {
  const sum: Taken = { seen: 0, taken: 0, unreadable: 0 };
  let asn: ReadonlyMap<string, AsnRow['item'][]> | null = null;
  let cursor: string | null = null;
  const cursors = new Set<string | null>();
  do {
    const page = await api.listReturns(window, cursor);
    if (page.kind !== 'page') throw new PollFailed(page);
    const fresh = await thoseWithNews(context, merchant, page.returns);
    if (asn === null && fresh.some((record) => !hasItems(record))) asn = await itemsByReturn(api, window);
    const whole: ReturnPayload[] = [];
    for (const record of fresh) {
      const payload = await withItems(api, record, asn);
      if (payload === null) sum.unreadable += 1;
      else whole.push(payload);
    }
    await takeOver(context, merchant, whole);
    sum.seen += page.returns.length;
    sum.taken += whole.length;
    sum.unreadable += page.unreadable;
    cursors.add(cursor);
    cursor = page.cursor;
    // A link that leads back would never end.
  } while (cursor !== null && !cursors.has(cursor));
  return sum;
}

/** Returns that are unknown here, or that Loop has changed since it last told of them. */
async function thoseWithNews(
  context: StepContext,
  merchant: Merchant,
  records: readonly ReturnRecord[],
): Promise<ReturnRecord[]> {
  const known = await knownChanges(
    context.db,
    merchant.slug,
    records.map((record) => record.id),
  );
  return records.filter((record) => {
    const before = known.get(record.id);
    const changedAt = record.edited_at ?? record.updated_at ?? record.created_at;
    if (before === undefined || before.changedAt === null || changedAt === null) return true;
    const isOtherState = record.state != null && record.state !== before.state;
    return isOtherState || changedAt > before.changedAt;
  });
}

function hasItems(record: ReturnRecord): record is ReturnPayload {
  return record.line_items !== null && record.line_items !== undefined;
}

/** The list need not show line items. The ASN report has them for a whole window in one answer. */
async function itemsByReturn(
  api: WarehouseApi,
  window: Window,
): Promise<ReadonlyMap<string, AsnRow['item'][]>> {
  const report = await api.asnReport(window);
  if (report.kind !== 'rows') throw new PollFailed(report);
  const rowsOf = Map.groupBy(report.rows, (row) => row.returnId);
  return new Map([...rowsOf].map(([id, rows]) => [id, rows.map((row) => row.item)]));
}

/**
 * A return that neither the list nor the report shows the items of is asked for by itself.
 * @returns null where Loop lists a return that it then does not know: it must not hold back the others
 */
async function withItems(
  api: WarehouseApi,
  record: ReturnRecord,
  asn: ReadonlyMap<string, AsnRow['item'][]> | null,
): Promise<ReturnPayload | null> {
  if (hasItems(record)) return record;
  const reported = asn?.get(record.id);
  if (reported !== undefined) return { ...record, line_items: reported };
  const details = await api.details(record.id);
  if (details.kind === 'refused') return null;
  if (details.kind !== 'details') throw new PollFailed(details);
  return { ...details.record, line_items: details.record.line_items ?? [] };
}

async function takeOver(
  context: StepContext,
  merchant: Merchant,
  payloads: readonly ReturnPayload[],
): Promise<void> {
  if (payloads.length === 0) return;
  const happened = payloads.map((payload) => ({
    loopReturnId: payload.id,
    delivery: null,
    event: returnEvent(payload, 'return.pulled'),
  }));
  const advanced = await context.db
    .transaction()
    .execute((trx) => advanceWithin(context, trx, merchant, happened));
  tellAdvanced(context, merchant.slug, advanced);
}
