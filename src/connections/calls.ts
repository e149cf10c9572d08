import { sql } from 'kysely';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { type Bounds, groupCommit } from '../database/group-commit.ts';
import { insertRows } from '../database/rows.ts';
import type { Answer, Call, MakeCall, NoAnswer } from '../outbound/call.ts';
import { type CallWords, describeCall } from '../outbound/call-words.ts';
import { type Vendor, vendors, vendorTerms } from '../vendor-terms/vendors.ts';
import type { ConnectionKey } from './store.ts';

/** A call to a vendor for a return. */
export interface VendorCall extends CallWords {
  readonly at: Date;
  readonly vendor: Vendor;
  readonly tookMs: number;
}

const bounds: Bounds = {
  largest: 20,
  mostWaiting: 500,
  longestWaitMs: 30_000,
  clock: () => performance.now(),
};

export interface CallRecords {
  /** Writes down each call that is made on a connection, for the returns that it is for, with its answer. */
  recorded(make: MakeCall, key: ConnectionKey): MakeCall;
  /** Waits until all calls have ended and are written down. */
  close(): Promise<void>;
}

/**
 * What was sent for each return and what came back. That is for people, so nothing waits for it: where it cannot
 * be written down, the call counts all the same, and the log says so.
 */
export function openCallRecords({
  db,
  log,
  now,
}: {
  readonly db: Database;
  readonly log: Logger;
  readonly now: () => Date;
}): CallRecords {
  const underWay = new Set<Promise<unknown>>();
  // One statement at a time, so that the endpoints' connections stay theirs.
  const write = groupCommit((calls: readonly CallRows[]) => insertCalls(db, calls), bounds);
  const writeDown = async (...about: Parameters<typeof rowsOf>) => {
    const [, { merchant }] = about;
    const rows = rowsOf(...about);
    if (rows.length === 0) return;
    const failure = await write({ merchant, rows });
    if (failure !== null) throw failure.error;
  };
  return {
    recorded: (make, key) => async (call) => {
      const at = now();
      const startedAt = performance.now();
      const answering = make(call);
      const written = answering
        .then(async (answer) => {
          const when = { at, took_ms: Math.round(performance.now() - startedAt) };
          if (answer.kind !== 'withheld') await writeDown(call, key, answer, when);
        })
        .catch((err: unknown) => {
          log.warn({ err, ...key, endpoint: call.endpoint }, 'a call could not be written down');
        });
      underWay.add(written);
      void written.finally(() => underWay.delete(written));
      return answering;
    },
    close: async () => {
      await Promise.all(underWay);
    },
  };
}

/** What one call leaves behind. */
interface CallRows {
  readonly merchant: string;
  readonly rows: ReturnType<typeof rowsOf>;
}

/** Each merchant's by themselves: where one merchant's cannot be written down, the others' can. */
async function insertCalls(db: Database, calls: readonly CallRows[]): Promise<({ error: unknown } | null)[]> {
  const failures = new Map<string, { error: unknown }>();
  for (const [merchant, own] of Map.groupBy(calls, (call) => call.merchant)) {
    const rows = own.flatMap((call) => call.rows);
    try {
      await insertRows(db, 'vendor_calls', rows, columns, sql`on conflict do nothing`);
    } catch (error) {
      failures.set(merchant, { error });
    }
  }
  return calls.map(({ merchant }) => failures.get(merchant) ?? null);
}

function rowsOf(
  call: Call,
  key: ConnectionKey,
  answer: Answer | NoAnswer,
  when: { at: Date; took_ms: number },
) {
  return (call.returns ?? []).map(({ loopReturnId, name }) => ({
    ...key,
    loop_return_id: loopReturnId,
    ...when,
    ...describeCall(call, answer, name, vendorTerms[key.vendor].answerFields),
  }));
}

const columns = {
  merchant: 'text',
  loop_return_id: 'text',
  at: 'timestamptz',
  vendor: 'text',
  request: 'text',
  body: 'text',
  answer: 'text',
  took_ms: 'integer',
};

/** More than any return has, unless a vendor has been out of order for weeks. */
const mostCalls = 200;

/** The latest calls for a return, in their order. */
export async function callsOf(db: Database, merchant: string, loopReturnId: string): Promise<VendorCall[]> {
  const rows = await db
    .selectFrom('vendor_calls')
    .select(['at', 'vendor', 'request', 'body', 'answer', 'took_ms'])
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .orderBy('at', 'desc')
    .limit(mostCalls)
    .execute();
  return rows.reverse().map(({ vendor, took_ms: tookMs, ...row }) => ({
    ...row,
    vendor: z.enum(vendors).parse(vendor),
    tookMs,
  }));
}
