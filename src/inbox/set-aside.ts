import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { type Source, sources } from './delivery.ts';
import type { DeliveryKey } from './inbox.ts';

/** What can become of a delivery that tells no return anything: a newer version may understand it better. */
export const setAsideResults = ['rejected', 'ignored'] as const;
export type SetAsideResult = (typeof setAsideResults)[number];

/** Which of the deliveries that were set aside are meant; what is not named can be anything. */
export interface SetAsideFilter {
  readonly result?: SetAsideResult | undefined;
  readonly merchant?: string | undefined;
  readonly source?: Source | undefined;
  readonly key?: string | undefined;
  /** Why they were set aside, word for word: deliveries of one kind have the same reason. */
  readonly why?: string | undefined;
}

/** A delivery that was authentic but told no return anything. What it says is not shown: it may be personal. */
export interface SetAsideDelivery extends DeliveryKey {
  readonly why: string;
  readonly receivedAt: Date;
}

/** The same with the bytes that came, for another try to understand them. */
export interface SetAsideBody extends DeliveryKey {
  readonly result: SetAsideResult;
  readonly body: Buffer;
  /** Which one of the messages in the body. */
  readonly part: number;
}

/** Where a list goes on: after this one, in the order of the table's key. */
export type After = DeliveryKey | null;

/** Deliveries that were set aside, in the order of their merchants, sources and keys. */
export async function listSetAside(
  db: Database,
  filter: SetAsideFilter,
  { after, limit }: { after: After; limit: number },
): Promise<SetAsideDelivery[]> {
  const rows = await select(db, filter, after)
    .select(['merchant', 'source', 'key', 'why', 'received_at'])
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...keyOf(row),
    why: row.why ?? 'not understood',
    receivedAt: row.received_at,
  }));
}

/** The same deliveries, in the same order, to be read again. */
export async function readSetAside(
  db: Database,
  filter: SetAsideFilter,
  { after, limit }: { after: After; limit: number },
): Promise<SetAsideBody[]> {
  const rows = await select(db, filter, after)
    .select(['merchant', 'source', 'key', 'result', 'body', 'part'])
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...keyOf(row),
    result: z.enum(setAsideResults).parse(row.result),
    body: row.body,
    part: row.part,
  }));
}

function select(db: Database, { result, merchant, source, key, why }: SetAsideFilter, after: After) {
  const results = result === undefined ? setAsideResults : [result];
  return (
    db
      .selectFrom('deliveries')
      // Written out, as parameters would hide from a prepared plan that the indexes over these fit.
      .where(
        'result',
        'in',
        results.map((one) => sql.lit(one)),
      )
      .$if(merchant !== undefined, (query) => query.where('merchant', '=', merchant ?? ''))
      .$if(source !== undefined, (query) => query.where('source', '=', source ?? ''))
      .$if(key !== undefined, (query) => query.where('key', '=', key ?? ''))
      .$if(why !== undefined, (query) => query.where('why', '=', why ?? ''))
      .$if(after !== null, (query) =>
        query.where((eb) =>
          eb(
            eb.refTuple('merchant', 'source', 'key'),
            '>',
            eb.tuple(after?.merchant ?? '', after?.source ?? '', after?.key ?? ''),
          ),
        ),
      )
      .orderBy('merchant')
      .orderBy('source')
      .orderBy('key')
  );
}

function keyOf(row: { merchant: string; source: string; key: string }): DeliveryKey {
  return { merchant: row.merchant, source: z.enum(sources).parse(row.source), key: row.key };
}
