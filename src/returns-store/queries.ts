import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import type { Tables } from '../database/tables.ts';
import { type Return, type Status, statuses } from '../returns/return.ts';
import { searchTerm } from '../returns/search-terms.ts';
import { readReturn } from './store.ts';

/** A return as people see it. */
export interface ReturnSummary {
  readonly merchant: string;
  readonly loopReturnId: string;
  readonly rmaNumber: string;
  readonly status: Status;
  readonly reason: string | null;
  readonly orderName: string | null;
  readonly trackingNumber: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface TimelineLine {
  readonly at: Date;
  readonly event: string;
  readonly detail: string | null;
}

/** Where a page ends, so that the next one goes on from there. */
export interface Position {
  readonly createdAt: Date;
  readonly merchant: string;
  readonly loopReturnId: string;
}

export interface ReturnFilter {
  readonly merchant?: string | undefined;
  readonly status?: Status | undefined;
  /** A return id, an order's name, a tracking number or a SKU, in full. */
  readonly q?: string | undefined;
  readonly after?: Position | undefined;
  readonly limit: number;
}

/**
 * A page of returns, newest first. A return of which only a label or a receipt has been seen is not
 * shown: until Loop has told of it, there is nothing to show.
 */
export async function listReturns(db: Database, filter: ReturnFilter): Promise<ReturnSummary[]> {
  const { q } = filter;
  return q === undefined ? listAll(db, filter) : search(db, searchTerm(q), filter);
}

async function listAll(
  db: Database,
  { merchant, status, after, limit }: ReturnFilter,
): Promise<ReturnSummary[]> {
  const rows = await known(db)
    .$if(merchant !== undefined, (query) => query.where('r.merchant', '=', merchant ?? ''))
    .$if(status !== undefined, (query) => query.where('r.status', '=', status ?? ''))
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('r.created_at', 'r.merchant', 'r.loop_return_id'), '<', eb.tuple(...placeOf(after))),
      ),
    )
    .orderBy('r.created_at', 'desc')
    .orderBy('r.merchant', 'desc')
    .orderBy('r.loop_return_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(summary);
}

/** Goes through the returns of one term, in their order: there can be many where the term is a SKU. */
async function search(
  db: Database,
  term: string,
  { merchant, status, after, limit }: ReturnFilter,
): Promise<ReturnSummary[]> {
  // That Loop has told of it is true of every return with terms; said so that the index over a status, which asks
  // for it, can be used.
  const rows = await known(db)
    .innerJoin('return_terms as t', (join) =>
      join.onRef('t.merchant', '=', 'r.merchant').onRef('t.loop_return_id', '=', 'r.loop_return_id'),
    )
    .where('t.term', '=', term)
    .$if(merchant !== undefined, (query) => query.where('t.merchant', '=', merchant ?? ''))
    .$if(status !== undefined, (query) => query.where('r.status', '=', status ?? ''))
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('t.created_at', 't.merchant', 't.loop_return_id'), '<', eb.tuple(...placeOf(after))),
      ),
    )
    .orderBy('t.created_at', 'desc')
    .orderBy('t.merchant', 'desc')
    .orderBy('t.loop_return_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(summary);
}

function placeOf(after: Position | undefined): [Date, string, string] {
  return [after?.createdAt ?? new Date(0), after?.merchant ?? '', after?.loopReturnId ?? ''];
}

/** One return with its timeline; null where Loop has told of none with this id. */
export async function findReturn(
  db: Database,
  merchant: string,
  loopReturnId: string,
): Promise<(ReturnSummary & { timeline: TimelineLine[] }) | null> {
  const row = await known(db)
    .where('r.merchant', '=', merchant)
    .where('r.loop_return_id', '=', loopReturnId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const timeline = await db
    .selectFrom('return_events')
    .select(['at', 'event', 'detail'])
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .orderBy('position')
    .execute();
  return { ...summary(row), timeline };
}

function known(db: Database) {
  return db
    .selectFrom('returns as r')
    .select(['r.merchant', 'r.loop_return_id', 'r.rma_number', 'r.status', 'r.reason', 'r.order_name'])
    .select(['r.tracking_number', 'r.created_at', 'r.updated_at'])
    .where('r.loop', 'is not', null);
}

type Row = NonNullable<Awaited<ReturnType<ReturnType<typeof known>['executeTakeFirst']>>>;

function summary(row: Row): ReturnSummary {
  return {
    merchant: row.merchant,
    loopReturnId: row.loop_return_id,
    rmaNumber: row.rma_number,
    status: z.enum(statuses).parse(row.status),
    reason: row.reason,
    orderName: row.order_name,
    trackingNumber: row.tracking_number,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Everything that is known of one return; null where Loop has told of none with this id. */
export async function findFacts(
  db: Database,
  merchant: string,
  loopReturnId: string,
): Promise<Return | null> {
  const facts = await readReturn(db, merchant, loopReturnId);
  return facts?.loop == null ? null : facts;
}

/** The deliveries that told of one kind of event of a return. */
export async function deliveriesOf(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  event: string,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('return_events')
    .select('delivery')
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .where('event', '=', event)
    .execute();
  return rows.flatMap((row) => row.delivery ?? []);
}
