import { sql, type Transaction } from 'kysely';
import { groupCommitApart, type Patience } from '../database/apart.ts';
import type { Database } from '../database/connect.ts';
import type { Bounds } from '../database/group-commit.ts';
import { inTransaction, once } from '../database/retry.ts';
import { rowsOf } from '../database/rows.ts';
import type { Tables } from '../database/tables.ts';
import { storable } from '../parsing/tolerant.ts';
import { byMerchant, type Delivery, type Source } from './delivery.ts';
import { lookingAfter, type Unstored } from './unstored.ts';

/** Names a stored delivery. */
export interface DeliveryKey {
  readonly merchant: string;
  readonly source: Source;
  readonly key: string;
  /** The request that brought it, where requests are traced (W3C Trace Context): it goes into the job, not into a table. */
  readonly traceparent?: string;
}

/** What became of a delivery: `duplicate` where the same one had been accepted before. */
export type Stored = 'accepted' | 'duplicate' | 'ignored' | 'rejected';

export type StoreDelivery = (delivery: Delivery) => Promise<Stored>;

/** Commits the job that will apply deliveries together with the deliveries themselves. */
export type EnqueueDeliveries = (trx: Transaction<Tables>, keys: readonly DeliveryKey[]) => Promise<void>;

const bounds: Bounds = {
  largest: 200,
  mostWaiting: 2_000,
  // A vendor that is turned away at once sends again sooner than one that waits in vain.
  longestWaitMs: 3_000,
  clock: () => performance.now(),
};

export interface Inbox {
  /**
   * Resolves once the delivery and its job are committed; rejects with the database's error when they are not.
   */
  readonly store: StoreDelivery;
  /** The merchants of whom nothing can be stored at the moment, while it can be of others. */
  readonly unstored: () => readonly Unstored[];
}

/**
 * The inbox: makes deliveries durable, knows a duplicate, and keeps what could not be understood.
 * @param stored is told how many deliveries were stored together
 */
export function openInbox(
  db: Database,
  enqueue: EnqueueDeliveries,
  now: () => Date,
  stored: (count: number) => void = () => {},
): Inbox {
  const commits = groupCommitApart(
    async (group: readonly Delivery[], patience) => {
      const results = await storeGroup(db, enqueue, group, now(), patience);
      stored(group.length);
      return results;
    },
    ({ merchant }) => merchant,
    bounds,
    now,
  );
  return { store: commits.store, unstored: lookingAfter(db, commits) };
}

/**
 * Where the commit's answer is lost it is repeated: if it did happen, the second try finds the deliveries there,
 * stores nothing, enqueues nothing and calls them duplicates, which their sender takes for the same.
 */
async function storeGroup(
  db: Database,
  enqueue: EnqueueDeliveries,
  group: readonly Delivery[],
  receivedAt: Date,
  patience: Patience,
): Promise<Stored[]> {
  const chosen = chooseByName(group);
  const bounds = patience === 'once' ? once : undefined;
  const store = async (trx: Transaction<Tables>) => {
    const names = new Set<string>();
    for (const own of byMerchant([...chosen.values()])) {
      for (const name of await insertDeliveries(trx, own, receivedAt)) names.add(name);
    }
    const toApply = [...chosen.values()].filter(
      (delivery) => delivery.understood.result === 'accepted' && names.has(nameOf(delivery)),
    );
    if (toApply.length > 0) await enqueue(trx, toApply);
    return names;
  };
  const stored = await inTransaction(db, 'repeat', store, bounds);
  return group.map((delivery) => {
    const { result } = delivery.understood;
    const isNew = stored.has(nameOf(delivery)) && chosen.get(nameOf(delivery)) === delivery;
    return result === 'accepted' && !isNew ? 'duplicate' : result;
  });
}

/** One delivery for each name: the first that is understood, or else the first. */
function chooseByName(group: readonly Delivery[]): Map<string, Delivery> {
  const chosen = new Map<string, Delivery>();
  for (const delivery of group) {
    const name = nameOf(delivery);
    const before = chosen.get(name);
    const isBetter = before?.understood.result !== 'accepted' && delivery.understood.result === 'accepted';
    if (before === undefined || isBetter) chosen.set(name, delivery);
  }
  return chosen;
}

/**
 * One statement for all of a group's that are one merchant's, its rows in the order of their key. A delivery
 * that was ignored or rejected before and is read otherwise now, after an update of this service, takes its old
 * row's place, with its old date. One that was accepted gives way to none.
 * @returns the names of the deliveries that are new, or read otherwise
 */
async function insertDeliveries(
  trx: Transaction<Tables>,
  deliveries: readonly Delivery[],
  receivedAt: Date,
): Promise<string[]> {
  const { rows, bodies } = rowsWithBodies(deliveries);
  // Written out, as building it anew for each group would take longer than PostgreSQL's part of it.
  const stored = await sql<DeliveryKey>`
    insert into deliveries (merchant, source, key, body, part, result, why, events, received_at)
    select merchant, source, key, substr(${bodies}::bytea, starts_at, size), part, result, why, events,
      ${receivedAt}::timestamptz
    from ${rowsOf(rows, columns)}
    order by merchant, source, key
    on conflict (merchant, source, key) do update
      set body = excluded.body, part = excluded.part, result = excluded.result, why = excluded.why,
        events = excluded.events
      where deliveries.result <> 'accepted' and excluded.result <> deliveries.result
    returning merchant, source, key`.execute(trx);
  return stored.rows.map(nameOf);
}

const columns = {
  merchant: 'text',
  source: 'text',
  key: 'text',
  starts_at: 'integer',
  size: 'integer',
  part: 'integer',
  result: 'text',
  why: 'text',
  events: 'jsonb',
};

/**
 * The bodies go to the database as the bytes that they are, one after the other. As texts in the rows' JSON they
 * would cost it half as much again, and the endpoints take a tenth less, in paired runs of the benchmarks. Each row says where its own starts, from 1 on.
 */
function rowsWithBodies(deliveries: readonly Delivery[]) {
  const bodies = Buffer.concat(deliveries.map(({ body }) => body));
  let startsAt = 1;
  const rows = deliveries.map((delivery) => {
    const row = rowOf(delivery, startsAt);
    startsAt += row.size;
    return row;
  });
  return { rows, bodies };
}

function rowOf({ merchant, source, key, body, part, understood }: Delivery, startsAt: number) {
  return {
    merchant,
    source,
    key,
    starts_at: startsAt,
    size: body.length,
    part,
    result: understood.result,
    why: 'why' in understood ? storable(understood.why) : null,
    events: 'events' in understood ? understood.events : null,
  };
}

function nameOf(delivery: { merchant: string; source: string; key: string }): string {
  return JSON.stringify([delivery.merchant, delivery.source, delivery.key]);
}
