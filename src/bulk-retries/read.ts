import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { signInMeans } from '../audit/audit.ts';
import type { Database } from '../database/connect.ts';
import type { BulkRetriesTable } from '../database/tables.ts';
import { statuses } from '../returns/return.ts';
import type { Position } from '../returns-store/return-filter.ts';
import {
  type BulkRetry,
  type BulkRetryCounts,
  type BulkRetryItem,
  type BulkRetryItemState,
  type BulkRetryProgress,
  bulkRetryItemStates,
} from './bulk-retry.ts';

const storedAsked = z.record(z.string(), z.string());

function bulkRetryOf(row: Selectable<BulkRetriesTable>): BulkRetry {
  return {
    id: row.id,
    state: stateOf(row),
    actor: { name: row.who, by: z.enum(signInMeans).parse(row.by), address: row.address },
    asked: storedAsked.parse(row.asked),
    createdAt: row.created_at,
    endedAt: row.ended_at,
    stoppedBy: row.stopped_by,
    total: row.total,
  };
}

function stateOf(row: Selectable<BulkRetriesTable>): BulkRetry['state'] {
  if (row.ended_at === null) return row.stopped_at === null ? 'running' : 'stopping';
  return row.stopped_at === null ? 'done' : 'stopped';
}

/** Null where there is none with this id. */
export async function findBulkRetry(db: Database, id: string): Promise<BulkRetry | null> {
  const row = await db.selectFrom('bulk_retries').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : bulkRetryOf(row);
}

/** The newest first. */
export async function listBulkRetries(db: Database, limit: number): Promise<BulkRetry[]> {
  const rows = await db
    .selectFrom('bulk_retries')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(bulkRetryOf);
}

interface StateCount {
  readonly merchant: string;
  readonly state: BulkRetryItemState;
  readonly count: number;
}

/** How many of each merchant's returns are in each state. */
async function countStates(db: Database, id: string): Promise<StateCount[]> {
  const rows = await db
    .selectFrom('bulk_retry_items')
    .select((eb) => ['merchant', 'state', eb.fn.countAll<number>().as('count')])
    .where('bulk_retry', '=', id)
    .groupBy(['merchant', 'state'])
    .execute();
  return rows.map((row) => ({ ...row, state: z.enum(bulkRetryItemStates).parse(row.state) }));
}

const sumOf = (counts: readonly StateCount[]) => counts.reduce((sum, { count }) => sum + count, 0);

function sums(counts: readonly StateCount[]): BulkRetryCounts {
  const sum = (state: BulkRetryItemState) => sumOf(counts.filter((one) => one.state === state));
  return {
    waiting: sum('waiting'),
    retried: sum('retried'),
    'needs-a-look': sum('needs-a-look'),
    'nothing-failed': sum('nothing-failed'),
    unknown: sum('unknown'),
    'no-merchant': sum('no-merchant'),
    failed: sum('failed'),
    stopped: sum('stopped'),
  };
}

/** How many of its returns are in each state. */
export async function countItems(db: Database, id: string): Promise<BulkRetryCounts> {
  return sums(await countStates(db, id));
}

/**
 * How far a bulk retry has come; null where there is none with this id.
 * @param perSecond at which pace each merchant's returns are taken
 */
export async function progressOf(
  db: Database,
  id: string,
  perSecond: number,
): Promise<BulkRetryProgress | null> {
  const found = await findBulkRetry(db, id);
  if (found === null) return null;
  const counts = await countStates(db, id);
  const waiting = counts.flatMap(({ state, count }) => (state === 'waiting' ? [count] : []));
  const secondsLeft = found.state === 'running' ? Math.ceil(Math.max(0, ...waiting) / perSecond) : null;
  return { ...found, counts: sums(counts), secondsLeft };
}

export interface PageOfItems {
  readonly items: readonly BulkRetryItem[];
  /** Where the next page begins; null on the last one. */
  readonly next: Position | null;
}

/** A page of a bulk retry's returns, in the order in which they are taken. */
export async function listItems(
  db: Database,
  id: string,
  { after, limit }: { after: Position | undefined; limit: number },
): Promise<PageOfItems> {
  const rows = await db
    .selectFrom('bulk_retry_items as i')
    .leftJoin('returns as r', (join) =>
      join.onRef('r.merchant', '=', 'i.merchant').onRef('r.loop_return_id', '=', 'i.loop_return_id'),
    )
    .select(['i.merchant', 'i.loop_return_id', 'i.created_at', 'i.state', 'i.settled_at', 'r.status'])
    .where('i.bulk_retry', '=', id)
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(i.created_at, i.merchant, i.loop_return_id)
          > (${after?.at ?? null}::timestamptz, ${after?.merchant ?? ''}::text, ${after?.loopReturnId ?? ''}::text)`,
      ),
    )
    .orderBy('i.created_at')
    .orderBy('i.merchant')
    .orderBy('i.loop_return_id')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map((row) => ({
    merchant: row.merchant,
    loopReturnId: row.loop_return_id,
    createdAt: row.created_at,
    state: z.enum(bulkRetryItemStates).parse(row.state),
    settledAt: row.settled_at,
    status: z.enum(statuses).nullable().parse(row.status),
  }));
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    next:
      last === undefined
        ? null
        : { by: 'created', at: last.createdAt, merchant: last.merchant, loopReturnId: last.loopReturnId },
  };
}
