import { type NotNull, sql, type Transaction } from 'kysely';
import { type Actor, recordAction } from '../audit/audit.ts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import { insertRows } from '../database/rows.ts';
import type { Tables } from '../database/tables.ts';
import { narrowingTo } from '../returns-store/lists.ts';
import type { ReturnFilter } from '../returns-store/return-filter.ts';
import { summariesOf } from '../returns-store/summary.ts';
import type { BulkRetryQueue } from '../steps/bulk-retry-queue.ts';
import type { StepContext } from '../steps/context.ts';
import {
  type BulkRetryBegun,
  type BulkRetryRequest,
  type ChosenReturns,
  mostReturnsAtOnce,
} from './bulk-retry.ts';
import { inWords } from './words.ts';

/** The returns that need attention and that a filter leaves, by merchant and cause; counted to one too many at most. */
export async function countChosen(db: Database, filter: ReturnFilter): Promise<ChosenReturns[]> {
  const narrow = await narrowingTo(db, filter);
  const chosen = narrow(summariesOf(db))
    .where('r.cause', 'is not', null)
    .clearSelect()
    .select(['r.merchant', 'r.cause'])
    .$narrowType<{ cause: NotNull }>()
    .limit(mostReturnsAtOnce + 1)
    .as('chosen');
  return db
    .selectFrom(chosen)
    .select((eb) => ['merchant', 'cause', eb.fn.countAll<number>().as('count')])
    .groupBy(['merchant', 'cause'])
    .orderBy('count', 'desc')
    .orderBy('merchant')
    .orderBy('cause')
    .execute();
}

/** Thrown to undo what was begun with too many returns, or with none. */
class NotBegun extends Error {
  readonly kind: 'none' | 'too-many';

  constructor(kind: 'none' | 'too-many') {
    super(`A bulk retry was not begun: ${kind}`);
    this.kind = kind;
  }
}

/** What begins bulk retries. */
export interface BulkRetryParts {
  readonly context: StepContext;
  readonly queue: Pick<BulkRetryQueue, 'enqueueBulkRetry'>;
}

/**
 * Fixes which returns are meant, and has them retried from now on: the list, the entry in the audit list and the job
 * are committed together. Where the commit's answer is lost it is repeated: by its id it is known again.
 */
export async function beginBulkRetry(
  { context, queue }: BulkRetryParts,
  { id, filter, asked, atMost }: BulkRetryRequest,
  actor: Actor,
): Promise<BulkRetryBegun> {
  const { db, now, log } = context;
  const subject = inWords(asked);
  try {
    const begun = await inTransaction<BulkRetryBegun>(db, 'repeat', async (trx) => {
      const known = await insertBulkRetry(trx, { id, asked }, actor, now());
      if (known !== null) return { kind: 'known', total: known };
      const total = await fixReturns(trx, id, filter, atMost);
      if (total === 0) throw new NotBegun('none');
      if (total > atMost) throw new NotBegun('too-many');
      await trx.updateTable('bulk_retries').set({ total }).where('id', '=', id).execute();
      const details = { bulkRetry: id, total };
      const action = { action: 'bulk-retry', merchant: filter.merchant ?? null, subject } as const;
      await recordAction(trx, now(), actor, { ...action, result: 'begun', details });
      await queue.enqueueBulkRetry(trx, id);
      return { kind: 'begun', total };
    });
    if (begun.kind === 'begun') {
      log.info({ bulkRetry: id, who: actor.name, chosen: subject, total: begun.total }, 'a bulk retry began');
    }
    return begun;
  } catch (error) {
    if (error instanceof NotBegun) return { kind: error.kind };
    throw error;
  }
}

/** @returns null where there is none with this id yet, else of how many returns that one is */
async function insertBulkRetry(
  trx: Transaction<Tables>,
  { id, asked }: Pick<BulkRetryRequest, 'id' | 'asked'>,
  { name, by, address }: Actor,
  now: Date,
): Promise<number | null> {
  const row = { id, who: name, by, address, asked, created_at: now.toISOString(), total: 0 };
  const types = {
    id: 'text',
    who: 'text',
    by: 'text',
    address: 'text',
    // As it was written: the words that it makes keep their order.
    asked: 'json',
    created_at: 'timestamptz',
    total: 'integer',
  };
  // Whoever sends the same at the same moment waits here until the first one is committed.
  const inserted = await insertRows(trx, 'bulk_retries', [row], types, sql`on conflict do nothing`);
  if (inserted > 0) return null;
  const known = await trx
    .selectFrom('bulk_retries')
    .select('total')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return known.total;
}

/** @returns how many returns there are; one more than may be, where there are more */
async function fixReturns(
  trx: Transaction<Tables>,
  id: string,
  filter: ReturnFilter,
  atMost: number,
): Promise<number> {
  const narrow = await narrowingTo(trx, filter);
  const chosen = narrow(summariesOf(trx))
    .where('r.cause', 'is not', null)
    .clearSelect()
    .select(['r.merchant', sql<string>`${id}::text`.as('bulk_retry'), 'r.loop_return_id', 'r.created_at'])
    .select(sql<string>`'waiting'`.as('state'))
    .limit(atMost + 1);
  const { numInsertedOrUpdatedRows = 0n } = await trx
    .insertInto('bulk_retry_items')
    .columns(['merchant', 'bulk_retry', 'loop_return_id', 'created_at', 'state'])
    .expression(chosen)
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows);
}
