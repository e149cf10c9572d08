import type { Actor } from '../audit/audit.ts';
import type { Position, ReturnFilter } from '../returns-store/return-filter.ts';
import { type BulkRetryParts, beginBulkRetry, countChosen } from './begin.ts';
import type {
  BulkRetry,
  BulkRetryBegun,
  BulkRetryProgress,
  BulkRetryRequest,
  ChosenReturns,
} from './bulk-retry.ts';
import { listBulkRetries, listItems, type PageOfItems, progressOf } from './read.ts';
import { type StopResult, stopBulkRetry } from './settle.ts';

/** Retrying many returns at once, as people ask for it and look at it. */
export interface BulkRetries {
  /** How many returns of each merchant are taken in a second. */
  readonly perSecond: number;
  /** What a filter leaves of those that need attention, before somebody says that it is meant. */
  preview(filter: ReturnFilter): Promise<readonly ChosenReturns[]>;
  begin(request: BulkRetryRequest, actor: Actor): Promise<BulkRetryBegun>;
  /** The newest first, so many at most. */
  latest(limit: number): Promise<readonly BulkRetry[]>;
  /** Null where there is none with this id. */
  find(id: string): Promise<BulkRetryProgress | null>;
  /** A page of its returns, in the order in which they are taken. */
  items(id: string, page: { after: Position | undefined; limit: number }): Promise<PageOfItems>;
  /** Leaves the returns as they are whose turn has not come. */
  stop(id: string, actor: Actor): Promise<StopResult>;
}

export function openBulkRetries(parts: BulkRetryParts): BulkRetries {
  const { context } = parts;
  const { db, pace } = context;
  return {
    perSecond: pace.bulkRetriesPerSecond,
    preview: (filter) => countChosen(db, filter),
    begin: (request, actor) => beginBulkRetry(parts, request, actor),
    latest: (limit) => listBulkRetries(db, limit),
    find: (id) => progressOf(db, id, pace.bulkRetriesPerSecond),
    items: (id, page) => listItems(db, id, page),
    stop: (id, actor) => stopBulkRetry(context, id, actor),
  };
}
