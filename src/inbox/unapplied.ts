import { randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import type { Tables } from '../database/tables.ts';
import { deliveredEvent, receiptEvent } from '../returns/events.ts';
import { byMerchant, type Source, sources, type Told } from './delivery.ts';
import type { DeliveryKey } from './inbox.ts';

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

/** Deliveries that one statement can name: those of one merchant, and so of one shard, from one vendor. */
interface Named {
  readonly merchant: string;
  readonly source: Source;
  readonly keys: readonly string[];
}

function named(keys: readonly DeliveryKey[]): Named[] {
  return byMerchant(keys).flatMap((own) =>
    sources.flatMap((source) => {
      const [first, ...others] = own.filter((one) => one.source === source);
      if (first === undefined) return [];
      return [{ merchant: first.merchant, source, keys: [first, ...others].map(({ key }) => key) }];
    }),
  );
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

/**
 * Takes those of the deliveries that still have to be applied, each merchant's, oldest first: they are marked as
 * applied within the transaction that applies them.
 */
export async function takeUnapplied(
  trx: Transaction<Tables>,
  keys: readonly DeliveryKey[],
  now: Date,
): Promise<UnappliedDelivery[]> {
  const taken: (UnappliedDelivery & { readonly receivedAt: Date; readonly part: number })[] = [];
  for (const { merchant, source, keys: own } of named(keys)) {
    const rows = await takeNamed(trx, { merchant, source, keys: own }, now);
    for (const { key, events, received_at: receivedAt, part } of rows) {
      taken.push({ merchant, source, key, told: told.parse(events), receivedAt, part });
    }
  }
  // Those of the same moment: as they stood in their request, and then Loop's first, and each vendor's by their keys.
  return taken.sort(
    (one, other) => one.receivedAt.getTime() - other.receivedAt.getTime() || one.part - other.part,
  );
}

/** @returns them in the order of their keys */
async function takeNamed(trx: Transaction<Tables>, { merchant, source, keys }: Named, now: Date) {
  const isNamed = (column: string) => sql<boolean>`${sql.ref(column)} = any(${keys}::text[])`;
  const rows = await trx
    .with('unapplied', (db) =>
      db
        .selectFrom('deliveries')
        .select('key')
        .where('merchant', '=', merchant)
        .where('source', '=', source)
        .where(isNamed('key'))
        .where('result', '=', 'accepted')
        .where('applied_at', 'is', null)
        // In the order in which they are stored as well, so that neither waits for the other.
        .orderBy('key')
        .forUpdate(),
    )
    .updateTable('deliveries as d')
    .from('unapplied as u')
    .set({ applied_at: now })
    .where('d.merchant', '=', merchant)
    .where('d.source', '=', source)
    .whereRef('d.key', '=', 'u.key')
    // Else PostgreSQL reads all deliveries of the merchant and looks for the keys there, until it has counted them.
    .where(isNamed('d.key'))
    .returning(['d.key', 'd.events', 'd.received_at', 'd.part'])
    .execute();
  return rows.sort((one, other) => (one.key < other.key ? -1 : 1));
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
    // Made here: an engine of several machines takes no function that gives each of them something else.
    .set({ key: sql<string>`key || '/' || ${randomUUID()}::text` })
    .where('merchant', '=', merchant)
    .where('source', '=', source)
    .where('key', 'in', keys)
    .execute();
}
