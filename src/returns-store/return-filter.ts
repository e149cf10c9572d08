import type { AgeingStage } from '../config/ageing.ts';
import type { Difference } from '../returns/difference.ts';
import type { Outcome, Status } from '../returns/return.ts';
import type { ReturnSummary } from './summary.ts';

/** Which returns a list is of. Whatever is left out leaves all of them. */
export interface ReturnFilter {
  readonly merchant?: string | undefined;
  readonly status?: Status | undefined;
  /** What a return id, an order's name, a tracking number or a SKU begins with; letter case does not matter. */
  readonly q?: string | undefined;
  /** What they need attention for, word for word. */
  readonly cause?: string | undefined;
  readonly decision?: Outcome['kind'] | undefined;
  /** How Loop has ended them in another way than was decided. */
  readonly differs?: Difference | undefined;
  /** They have stood still at this stage since before this moment. */
  readonly standing?: { readonly stage: AgeingStage; readonly since: Date } | undefined;
  /** Which of their dates `from` and `before` are about, and `newest` and `oldest`; a return without it is left out. */
  readonly dated?: ReturnDate | undefined;
  /** At this moment or later. */
  readonly from?: Date | undefined;
  /** Before this moment. */
  readonly before?: Date | undefined;
}

/** When Loop told of a return, when its first receipt came, and when it was decided. */
export const returnDates = ['created', 'received', 'decided'] as const;
export type ReturnDate = (typeof returnDates)[number];

/**
 * `newest` and `oldest` go by when Loop told of a return, or by the date that the filter is about; `longest` and
 * `latest` by since when it has its status; in a list of those that stand still, by since when they do.
 */
export const returnSorts = ['newest', 'oldest', 'longest', 'latest'] as const;
export type ReturnSort = (typeof returnSorts)[number];

/** What a list is sorted by. */
export const sortKeys = [...returnDates, 'status', 'standing'] as const;
export type SortKey = (typeof sortKeys)[number];

/** What a list with this filter and sort is sorted by. */
export function sortedBy({ dated, standing }: ReturnFilter, sort: ReturnSort): SortKey {
  if (sort === 'newest' || sort === 'oldest') return dated ?? 'created';
  return standing === undefined ? 'status' : 'standing';
}

/** Where a page ends, so that the next one goes on from there. */
export interface Position {
  readonly by: SortKey;
  /** The moment that the list is sorted by. */
  readonly at: Date;
  readonly merchant: string;
  readonly loopReturnId: string;
}

export interface ReturnsPage {
  readonly sort: ReturnSort;
  readonly after?: Position | undefined;
  readonly limit: number;
}

export interface PageOfReturns {
  readonly returns: readonly ReturnSummary[];
  /** Where the next page begins; null on the last one. */
  readonly next: Position | null;
}
