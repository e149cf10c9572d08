import { pino } from 'pino';
import type { Actor } from '../../src/audit/audit.ts';
import { beginBulkRetry } from '../../src/bulk-retries/begin.ts';
import { type BulkRetryBegun, mostReturnsAtOnce } from '../../src/bulk-retries/bulk-retry.ts';
import { type CarryOutContext, carryOnBulkRetry } from '../../src/bulk-retries/carry-out.ts';
import { listItems } from '../../src/bulk-retries/read.ts';
import { stopBulkRetry } from '../../src/bulk-retries/settle.ts';
import type { Merchant } from '../../src/config/merchants.ts';
import type { Database } from '../../src/database/connect.ts';
import { advanceWithin } from '../../src/steps/context.ts';
import { noTracing } from '../../src/tracing/tracing.ts';
import { item, loopTells, merchantWith } from '../returns/fixtures.ts';
import { testPace } from '../support/service.ts';

export const anna = { name: 'anna', by: 'password', address: '192.0.2.7' } as const;
const aMinuteMs = 60_000;
const never = new AbortController().signal;

/** What carries bulk retries out, on a clock that stands still unless it is moved, and with nobody who sends anything. */
export function givenBulkRetries(db: Database, perSecond: number) {
  const clock = { now: Date.UTC(2026, 10, 26, 8) };
  const merchants = new Map<string, Merchant>(
    ['acme', 'zenith'].map((slug) => [slug, { ...merchantWith(), slug }]),
  );
  const counted: string[] = [];
  const context: CarryOutContext = {
    db,
    enqueueSteps: async () => {},
    enqueueAlerts: async () => {},
    connections: {
      callAs: () => () => Promise.reject(new Error('Nothing is sent')),
      untilOpen: async () => true,
    },
    now: () => new Date(clock.now),
    log: pino({ level: 'silent' }),
    tracing: noTracing,
    pace: { ...testPace, bulkRetriesPerSecond: perSecond },
    observer: { step: () => {}, advanced: () => {}, bulkRetried: (result) => counted.push(result) },
  };
  const enqueued: string[] = [];
  const queue = { enqueueBulkRetry: async (_trx: unknown, id: string) => void enqueued.push(id) };

  /** Loop tells of returns a minute apart, each with an item that has no SKU: they can be retried again and again. */
  async function stuck(merchant: string, ids: readonly string[]): Promise<void> {
    const of = merchants.get(merchant);
    if (of === undefined) throw new Error(`There is no merchant ${merchant} here`);
    for (const loopReturnId of ids) {
      const happened = [{ loopReturnId, delivery: null, event: loopTells({ items: [item('')] }) }];
      await db.transaction().execute((trx) => advanceWithin(context, trx, of, happened));
      clock.now += aMinuteMs;
    }
  }
  return {
    context,
    merchants,
    clock,
    counted,
    enqueued,
    stuck,
    begin: (
      id: string,
      filter = {},
      { actor = anna, atMost = mostReturnsAtOnce }: { actor?: Actor; atMost?: number } = {},
    ): Promise<BulkRetryBegun> =>
      beginBulkRetry(
        { context, queue },
        { id, filter: { status: 'attention', ...filter }, asked: { status: 'attention' }, atMost },
        actor,
      ),
    carryOn: (id: string, changes: Partial<CarryOutContext> = {}, stopping: AbortSignal = never) =>
      carryOnBulkRetry({ ...context, ...changes }, merchants, id, stopping),
    stop: (id: string, actor: Actor = anna) => stopBulkRetry(context, id, actor),
    /** Loop has a SKU for the item by now, and tells so: nothing is wrong any more. */
    heal: async (merchant: string, loopReturnId: string): Promise<void> => {
      const of = merchants.get(merchant) ?? merchantWith();
      const event = loopTells({
        trigger: 'return.updated',
        at: '2026-03-02T10:00:00.000Z',
        items: [item('SHIRT')],
      });
      const happened = [{ loopReturnId, delivery: null, event }];
      await db.transaction().execute((trx) => advanceWithin(context, trx, of, happened));
    },
    /** Each of its returns with its answer, in the order in which they are taken. */
    answers: async (id: string): Promise<string[]> => {
      const { items } = await listItems(db, id, { after: undefined, limit: 1_000 });
      return items.map(({ loopReturnId, state }) => `${loopReturnId} ${state}`);
    },
    /** How often each return was retried, as its timeline has it. */
    retries: async (): Promise<Record<string, number>> => {
      const rows = await db
        .selectFrom('return_events')
        .select((eb) => ['loop_return_id as id', eb.fn.countAll<number>().as('count')])
        .where('event', '=', 'retry')
        .groupBy('loop_return_id')
        .execute();
      return Object.fromEntries(rows.map(({ id, count }) => [id, count]));
    },
  };
}
