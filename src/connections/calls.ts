import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../database/connect.ts';
import { insertRows } from '../database/rows.ts';
import type { Answer, Call, NoAnswer } from '../outbound/call.ts';
import { type CallWords, describeCall } from '../outbound/call-words.ts';
import type { ConnectionKey } from './store.ts';

/** A call to a vendor for a return. */
export interface VendorCall extends CallWords {
  readonly at: Date;
  readonly vendor: string;
  readonly tookMs: number;
}

type Send = (call: Call, key: ConnectionKey) => Promise<Answer | NoAnswer>;

/**
 * Writes down each call for the returns that it is for, with its answer. That is for people: where it cannot
 * be written down, the call counts all the same, and the log says so.
 */
export function recordingCalls(
  { db, log, now }: { db: Database; log: Logger; now: () => Date },
  send: Send,
): Send {
  return async (call, key) => {
    const at = now();
    const startedAt = performance.now();
    const answer = await send(call, key);
    const tookMs = Math.round(performance.now() - startedAt);
    const rows = (call.returns ?? []).map((loopReturnId) => ({
      ...key,
      loop_return_id: loopReturnId,
      at,
      ...describeCall(call, answer, loopReturnId),
      took_ms: tookMs,
    }));
    await insertRows(db, 'vendor_calls', rows, columns, sql`on conflict do nothing`).catch((err: unknown) => {
      log.warn({ err, ...key, endpoint: call.endpoint }, 'a call could not be written down');
    });
    return answer;
  };
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
  return rows.reverse().map(({ took_ms: tookMs, ...row }) => ({ ...row, tookMs }));
}
