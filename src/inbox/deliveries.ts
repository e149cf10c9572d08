import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { type Bounds, groupCommit } from '../database/group-commit.ts';
import { rowsOf } from '../database/rows.ts';
import type { Tables } from '../database/tables.ts';
import { storable } from '../parsing/tolerant.ts';
import { deliveredEvent } from '../returns/events.ts';
import { type Delivery, type Source, sources, type Told } from './delivery.ts';

/** Names a stored delivery. */
export interface DeliveryKey {
  readonly merchant: string;
  readonly source: Source;
  readonly key: string;
}

/** What became of a delivery: `duplicate` where the same one had been accepted before. */
export type Kept = 'accepted' | 'duplicate' | 'ignored' | 'rejected';

export type KeepDelivery = (delivery: Delivery) => Promise<Kept>;

/** Commits the job that will apply deliveries together with the deliveries themselves. */
export type EnqueueDeliveries = (trx: Transaction<Tables>, keys: readonly DeliveryKey[]) => Promise<void>;

const bounds: Bounds = {
  largest: 200,
  mostWaiting: 2_000,
  // A vendor that is turned away at once sends again sooner than one that waits in vain.
  longestWaitMs: 3_000,
  clock: () => performance.now(),
};

/**
 * The inbox: makes deliveries durable, knows a duplicate, and keeps what could not be understood.
 * @returns a function that resolves once the delivery and its job are committed; it rejects with the
 * database's error when they are not
 */
export function openInbox(db: Database, enqueue: EnqueueDeliveries, now: () => Date): KeepDelivery {
  return groupCommit(async (group: readonly Delivery[]) => keepGroup(db, enqueue, group, now()), bounds);
}

async function keepGroup(
  db: Database,
  enqueue: EnqueueDeliveries,
  group: readonly Delivery[],
  receivedAt: Date,
): Promise<Kept[]> {
  const first = new Map<string, Delivery>();
  for (const delivery of group) if (!first.has(nameOf(delivery))) first.set(nameOf(delivery), delivery);
  const stored = await db.transaction().execute(async (trx) => {
    const names = await insertDeliveries(trx, [...first.values()], receivedAt);
    const toApply = [...first.values()].filter(
      (delivery) => delivery.understood.result === 'accepted' && names.has(nameOf(delivery)),
    );
    if (toApply.length > 0) await enqueue(trx, toApply);
    return names;
  });
  return group.map((delivery) => {
    const { result } = delivery.understood;
    const isNew = stored.has(nameOf(delivery)) && first.get(nameOf(delivery)) === delivery;
    return result === 'accepted' && !isNew ? 'duplicate' : result;
  });
}

/**
 * One statement for the whole group, its rows in the order of their key, so that two replicas never wait for
 * each other. A delivery that was rejected before and is understood now, after an update of this service,
 * takes its old row's place.
 * @returns the names of the deliveries that are new
 */
async function insertDeliveries(
  trx: Transaction<Tables>,
  deliveries: readonly Delivery[],
  receivedAt: Date,
): Promise<Set<string>> {
  const rows = await trx
    .insertInto('deliveries')
    .columns(['merchant', 'source', 'key', 'body', 'part', 'result', 'why', 'events', 'received_at'])
    .expression((eb) =>
      eb
        .selectFrom(rowsOf(deliveries.map(rowOf), columns))
        .select(['merchant', 'source', 'key'])
        .select(sql<Buffer>`decode(body, 'base64')`.as('body'))
        .select(['part', 'result', 'why', 'events'])
        .select(sql<Date>`${receivedAt}::timestamptz`.as('received_at'))
        .orderBy('merchant')
        .orderBy('source')
        .orderBy('key'),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['merchant', 'source', 'key'])
        .doUpdateSet((eb) => ({
          result: eb.ref('excluded.result'),
          why: eb.ref('excluded.why'),
          events: eb.ref('excluded.events'),
        }))
        .where('deliveries.result', '=', 'rejected')
        .where('excluded.result', '!=', 'rejected'),
    )
    .returning(['merchant', 'source', 'key'])
    .execute();
  return new Set(rows.map(nameOf));
}

const columns = {
  merchant: 'text',
  source: 'text',
  key: 'text',
  body: 'text',
  part: 'integer',
  result: 'text',
  why: 'text',
  events: 'jsonb',
};

function rowOf({ merchant, source, key, body, part, understood }: Delivery) {
  return {
    merchant,
    source,
    key,
    body: body.toString('base64'),
    part,
    result: understood.result,
    why: 'why' in understood ? storable(understood.why) : null,
    events: 'events' in understood ? understood.events : null,
  };
}

function nameOf(delivery: { merchant: string; source: string; key: string }): string {
  return JSON.stringify([delivery.merchant, delivery.source, delivery.key]);
}

/** A stored delivery that has not been applied to its returns yet. */
export interface UnappliedDelivery extends DeliveryKey {
  readonly told: readonly Told[];
}

const told = z.array(z.object({ loopReturnId: z.string(), event: deliveredEvent }));

/** The keys alone, as rows for a statement. */
function named(keys: readonly DeliveryKey[]) {
  const rows = keys.map(({ merchant, source, key }) => ({ merchant, source, key }));
  return rowsOf(rows, { merchant: 'text', source: 'text', key: 'text' });
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
