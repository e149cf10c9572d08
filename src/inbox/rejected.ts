import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import type { DeliveryKey } from './deliveries.ts';
import { type Source, sources } from './delivery.ts';

/** Which rejected deliveries are meant; what is not named can be anything. */
export interface RejectedFilter {
  readonly merchant?: string | undefined;
  readonly source?: Source | undefined;
  readonly key?: string | undefined;
  /** Why they were rejected, word for word: deliveries of one kind have the same reason. */
  readonly why?: string | undefined;
}

/** A delivery that was authentic but not understood. What it says is not shown: it may be personal. */
export interface RejectedDelivery extends DeliveryKey {
  readonly why: string;
  readonly receivedAt: Date;
}

/** Where a list of rejected deliveries goes on: after this one, in the order of the table's key. */
export type After = DeliveryKey | null;

/** Rejected deliveries, in the order of their merchants, sources and keys. */
export async function listRejected(
  db: Database,
  filter: RejectedFilter,
  { after, limit }: { after: After; limit: number },
): Promise<RejectedDelivery[]> {
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

/** The same with the bytes that came, for another try to understand them. */
export async function readRejected(
  db: Database,
  filter: RejectedFilter,
  { after, limit }: { after: After; limit: number },
): Promise<(DeliveryKey & { readonly body: Buffer })[]> {
  const rows = await select(db, filter, after)
    .select(['merchant', 'source', 'key', 'body'])
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...keyOf(row), body: row.body }));
}

function select(db: Database, { merchant, source, key, why }: RejectedFilter, after: After) {
  return (
    db
      .selectFrom('deliveries')
      // Written out, as a parameter would hide from a prepared plan that the index over these fits.
      .where('result', '=', sql.lit('rejected'))
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
