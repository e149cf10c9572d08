import type { Actor } from '../audit/audit.ts';
import { bulkRetryResults } from '../metrics/observer.ts';
import type { Status } from '../returns/return.ts';
import type { ReturnFilter } from '../returns-store/return-filter.ts';

/**
 * A bulk retry is running until each of its returns has an answer; that answer is for good.
 *
 * | from | what happens | to |
 * | --- | --- | --- |
 * | `waiting` | its turn comes | `retried`, `nothing-failed` or `unknown`, as a single retry says |
 * | `waiting` | its turn comes, and a person has to look at it first | `needs-a-look` |
 * | `waiting` | its turn comes, and its merchant has left the merchants file | `no-merchant` |
 * | `waiting` | its turn comes, and the retry meets a defect | `failed` |
 * | `waiting` | somebody stops the bulk retry | `stopped` |
 */
export const bulkRetryAnswers = [...bulkRetryResults, 'stopped'] as const;
export type BulkRetryAnswer = (typeof bulkRetryAnswers)[number];
export const bulkRetryItemStates = ['waiting', ...bulkRetryAnswers] as const;
export type BulkRetryItemState = (typeof bulkRetryItemStates)[number];

/** As many as are carried out within the time that somebody looks at them. */
export const mostReturnsAtOnce = 10_000;

/** Which returns are meant, as somebody asks for it. */
export interface BulkRetryRequest {
  /** Tells it from others: what is asked for twice under one id is done once. */
  readonly id: string;
  readonly filter: ReturnFilter;
  /** The same by name and value, as it was asked for, so that people see it again. Nothing personal. */
  readonly asked: Readonly<Record<string, string>>;
  /** As many as somebody has seen and said yes to; `mostReturnsAtOnce` where nobody has. */
  readonly atMost: number;
}

/** What came of asking for one. */
export type BulkRetryBegun =
  | { readonly kind: 'begun'; readonly total: number }
  /** One with this id has begun before. */
  | { readonly kind: 'known'; readonly total: number }
  /** The filter leaves no return that needs attention. */
  | { readonly kind: 'none' }
  /** It leaves more than `atMost`. */
  | { readonly kind: 'too-many' };

/** Somebody has stopped one that is `stopping` or `stopped`; the former still writes down what is left as it is. */
export const bulkRetryStates = ['running', 'stopping', 'done', 'stopped'] as const;
export type BulkRetryState = (typeof bulkRetryStates)[number];

/** A bulk retry as it stands. */
export interface BulkRetry {
  readonly id: string;
  readonly state: BulkRetryState;
  readonly actor: Actor;
  readonly asked: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  /** Who has stopped it. */
  readonly stoppedBy: string | null;
  /** Of how many returns. */
  readonly total: number;
}

/** How many of its returns are in each state. */
export type BulkRetryCounts = Readonly<Record<BulkRetryItemState, number>>;

/** The same with how far it has come. */
export interface BulkRetryProgress extends BulkRetry {
  readonly counts: BulkRetryCounts;
  /** How long it takes at its pace from now on; null where it is not running. */
  readonly secondsLeft: number | null;
}

/** One of its returns. */
export interface BulkRetryItem {
  readonly merchant: string;
  readonly loopReturnId: string;
  /** When Loop told of the return: they are taken in this order. */
  readonly createdAt: Date;
  readonly state: BulkRetryItemState;
  readonly settledAt: Date | null;
  /** How the return stands now; null where it is no longer there. */
  readonly status: Status | null;
}

/** Returns of one merchant that need attention for the same. */
export interface ChosenReturns {
  readonly merchant: string;
  readonly cause: string;
  readonly count: number;
}
