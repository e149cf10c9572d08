import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../database/rows.ts';
import type { Tables } from '../database/tables.ts';
import { deliveredEvent, receiptEvent } from '../returns/events.ts';
import type { DeliveryKey } from './deliveries.ts';
import { type Source, sources, type Told } from './delivery.ts';

/** A stored delivery that has not been applied to its returns yet. */
export interface UnappliedDelivery extends DeliveryKey {
  readonly told: readonly Told[];
}

const told = z.array(
  z.union([
    z.object({ loopReturnId: z.string(), event: deliveredEvent }),
    z.object({ rmaNumber: z.string(), event: deliveredEvent }),
    z.object({ blind: receiptEvent }),
  ]),
);

/** The keys alone, as rows for a statement. */
function named(keys: readonly DeliveryKey[]) {
  const rows = keys.map(({ merchant, source, key }) => ({ merchant, source, key }));
  return rowsOf(rows, { merchant: 'text', source: 'text', key: 'text' });
}

/** What a stored delivery tells; nothing where it is not stored any more. */
export async function readTold(db: Database, { merchant, source, key }: DeliveryKey): Promise<Told[]> {
  const row = await db
    .selectFrom('deliveries')
    .select('events')
    .where('merchant', '=', merchant)
    .where('source', '=', source)
    .where('key', '=', key)
    .executeTakeFirst();
  return told.parse(row?.events ?? []);
}

/** Locks those of the deliveries that still have to be applied, oldest first. */
export async function lockUnapplied(
  trx: Transaction<Tables>,
  keys: readonly DeliveryKey[],
): Promise<UnappliedDelivery[]> {
  const rows = await trx
    .selectFrom('deliveries')
    .select(['merchant', 'source', 'key', 'events'])
    .where((eb) =>
      eb(
        eb.refTuple('merchant', 'source', 'key'),
        'in',
        eb
          .selectFrom(named(keys))
          .select(['merchant', 'source', 'key'])
          .$asTuple('merchant', 'source', 'key'),
      ),
    )
    .where('result', '=', 'accepted')
    .where('applied_at', 'is', null)
    .orderBy('received_at')
    .orderBy('key')
    .forUpdate()
    .execute();
  return rows.map((row) => ({
    merchant: row.merchant,
    source: z.enum(sources).parse(row.source),
    key: row.key,
    told: told.parse(row.events),
  }));
}

/**
 * Lets the same content be news again. Loop's `return.processing.failed` has neither an id nor a date, so
 * a second failure, after a person's retry, reads exactly like the first.
 */
export async function forgetKeys(
  trx: Transaction<Tables>,
  merchant: string,
  source: Source,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await trx
    .updateTable('deliveries')
    .set({ key: sql<string>`key || '/' || gen_random_uuid()` })
    .where('merchant', '=', merchant)
    .where('source', '=', source)
    .where('key', 'in', keys)
    .execute();
}

/** Marks deliveries as applied, within the transaction that applied them. */
export async function markApplied(
  trx: Transaction<Tables>,
  keys: readonly DeliveryKey[],
  now: Date,
): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ applied_at: now })
    .where((eb) =>
      eb(
        eb.refTuple('merchant', 'source', 'key'),
        'in',
        eb
          .selectFrom(named(keys))
          .select(['merchant', 'source', 'key'])
          .$asTuple('merchant', 'source', 'key'),
      ),
    )
    .execute();
}
