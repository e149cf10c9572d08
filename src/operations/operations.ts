import {
  type Action,
  type Actor,
  type AuditEntry,
  type AuditFilter,
  type AuditPosition,
  listAudit,
  recordAction,
  recordWork,
  type Stranger,
} from '../audit/audit.ts';
import { type BulkRetries, openBulkRetries } from '../bulk-retries/bulk-retries.ts';
import type { AgeingLimits } from '../config/ageing.ts';
import type { Merchants } from '../config/merchants.ts';
import { callsOf, type VendorCall } from '../connections/calls.ts';
import { type ConnectionState, listConnections } from '../connections/store.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { type After, listSetAside, type SetAsideDelivery, type SetAsideFilter } from '../inbox/set-aside.ts';
import type { Unstored } from '../inbox/unstored.ts';
import type { Backlog } from '../metrics/snapshot.ts';
import { cut } from '../parsing/tolerant.ts';
import type { Return } from '../returns/return.ts';
import { listReturns } from '../returns-store/lists.ts';
import { type MonthReport, makeMonthReport, periodOf } from '../returns-store/month-report.ts';
import { readMonth } from '../returns-store/month-rows.ts';
import { findFacts, findReturn, type TimelineLine } from '../returns-store/queries.ts';
import type { PageOfReturns, ReturnFilter, ReturnsPage } from '../returns-store/return-filter.ts';
import { countStatuses, type Day, openDays, type StatusCount } from '../returns-store/statistics.ts';
import type { ReturnSummary } from '../returns-store/summary.ts';
import {
  countUnannounced,
  type UnannouncedParcel,
  unannouncedParcels,
} from '../returns-store/unannounced.ts';
import { countOverdue, type Overdue } from '../returns-store/work-list.ts';
import { readBacklog } from '../steps/backlog.ts';
import type { BulkRetryQueue } from '../steps/bulk-retry-queue.ts';
import type { StepContext } from '../steps/context.ts';
import { type Replayed, type ReplayParts, replaySetAside } from '../steps/replay.ts';
import { type RetryResult, retryReturn } from '../steps/retry.ts';
import { type AdvisedCause, adviseCauses } from './causes.ts';
import { type Checked, type ReadinessCheck, runChecks } from './readiness.ts';
import { oneAtATime, type Seen, sharedLook } from './shared-look.ts';

/**
 * What the people who run the service can look at and do. The API, the console and the health check are three
 * ways to say it, and each of them goes through here.
 */
export interface Operations {
  /** As the merchants file has them now. */
  readonly merchants: Merchants;
  /** What is wrong with the merchants file, so that the merchants of before stay; null where nothing is. */
  merchantsProblem(): string | null;
  /** What is wrong with the users file, so that the operators of before stay; null where nothing is. */
  operatorsProblem(): string | null;
  readiness(): Promise<readonly Checked[]>;
  /** Those that have been used of the merchants that there are; what became of one who has left is nobody's concern. */
  connections(): Promise<readonly ConnectionState[]>;
  /** The merchants of whom nothing can be stored at the moment, while it can be of others. */
  unstored(): readonly Unstored[];
  /** Jobs that are due and wait for a worker. */
  backlog(): Promise<readonly Backlog[]>;
  /** A page of the returns that a filter leaves. */
  returns(filter: ReturnFilter, page: ReturnsPage): Promise<PageOfReturns>;
  /** What returns need attention for and what to do about it, so many causes at most, the longest first. */
  causes(limit: number): Promise<readonly AdvisedCause[]>;
  /** How long a return may stand still at each stage. */
  ageingLimits(): AgeingLimits;
  /** What stands still for longer than that. */
  overdue(): Promise<readonly Overdue[]>;
  /** One return with its timeline, and the calls to the vendors for it; null where Loop has told of none. */
  findReturn(merchant: string, loopReturnId: string): Promise<ShownReturn | null>;
  /** Everything that is known of it; null likewise. */
  factsOf(merchant: string, loopReturnId: string): Promise<Return | null>;
  /** Tries the step of a return that failed again, for the one who asks for it. */
  retry(merchant: string, loopReturnId: string, actor: Actor): Promise<RetryResult>;
  /** Retries many of them at once. */
  readonly bulkRetries: BulkRetries;
  /** How many returns each merchant has in each status, as `statusCounts` has seen it. */
  countStatuses(): Promise<readonly StatusCount[]>;
  /** The same, with when they were counted: all viewers share a count that takes long, for some seconds. */
  statusCounts(): Promise<Seen<readonly StatusCount[]>>;
  /** What happened on the last days, the oldest first. */
  lastDays(count: number): Promise<readonly Day[]>;
  /**
   * What became of each merchant's returns in one month of UTC.
   * @param month such as `2026-11`, and no later than the present one
   */
  monthReport(month: string): Promise<MonthReport>;
  /** The newest parcels without an RMA of which no return is known, so many at most, and how many there are. */
  unannounced(limit: number): Promise<{ parcels: readonly UnannouncedParcel[]; count: number }>;
  countUnannounced(): Promise<number>;
  /** Deliveries that told no return anything, in the order of their keys. */
  setAside(
    filter: SetAsideFilter,
    page: { after: After; limit: number },
  ): Promise<readonly SetAsideDelivery[]>;
  /** Takes such deliveries through once more, for the one who asks for it. */
  replay(filter: SetAsideFilter, actor: Actor): Promise<Replayed>;
  /** A page of what people have done, newest first. */
  audit(
    filter: AuditFilter,
    page: { after: AuditPosition | null; limit: number },
  ): Promise<readonly AuditEntry[]>;
  /** Writes down what somebody has done that changes no return, such as signing in. */
  record(actor: Actor | Stranger, action: Action): Promise<void>;
}

/** A return as it is shown by itself. */
export interface ShownReturn extends ReturnSummary {
  readonly timeline: readonly TimelineLine[];
  readonly calls: readonly VendorCall[];
}

export interface OperationsParts {
  readonly context: StepContext;
  readonly queue: Pick<BulkRetryQueue, 'enqueueBulkRetry'>;
  readonly merchants: Merchants;
  readonly merchantsProblem: () => string | null;
  readonly ageingLimits: () => AgeingLimits;
  readonly operatorsProblem: () => string | null;
  readonly vendors: ReplayParts['vendors'];
  readonly inbox: Inbox;
  readonly checks: readonly ReadinessCheck[];
}

export function openOperations(parts: OperationsParts): Operations {
  const { context, merchants, vendors, inbox } = parts;
  const { db, log, now } = context;
  const days = openDays(db);
  const lastDays = new Map<number, () => Promise<Seen<readonly Day[]>>>();
  const statusCounts = sharedLook<readonly StatusCount[]>(() => countStatuses(db), now);
  const overdue = sharedLook(() => countOverdue(db, parts.ageingLimits(), now()), now);
  return {
    merchants,
    merchantsProblem: parts.merchantsProblem,
    operatorsProblem: parts.operatorsProblem,
    readiness: () => runChecks(parts.checks),
    connections: oneAtATime(async () =>
      (await listConnections(db)).filter(({ merchant }) => merchants.has(merchant)),
    ),
    unstored: inbox.unstored,
    backlog: () => readBacklog(db),
    returns: (filter, page) => listReturns(db, filter, page),
    causes: (limit) => adviseCauses(db, limit),
    ageingLimits: parts.ageingLimits,
    overdue: async () => (await overdue()).value,
    findReturn: async (merchant, loopReturnId) => {
      const [found, calls] = await Promise.all([
        findReturn(db, merchant, loopReturnId),
        callsOf(db, merchant, loopReturnId),
      ]);
      return found === null ? null : { ...found, calls };
    },
    factsOf: (merchant, loopReturnId) => findFacts(db, merchant, loopReturnId),
    retry: async (slug, loopReturnId, actor) => {
      const merchant = merchants.get(slug);
      return merchant === undefined ? 'unknown' : retryReturn(context, merchant, loopReturnId, actor);
    },
    bulkRetries: openBulkRetries(parts),
    countStatuses: async () => (await statusCounts()).value,
    statusCounts,
    lastDays: async (count) => {
      const look = lastDays.get(count) ?? sharedLook<readonly Day[]>(() => days(count, now()), now);
      lastDays.set(count, look);
      return (await look()).value;
    },
    monthReport: async (month) =>
      makeMonthReport(month, [...merchants.keys()], await readMonth(db, periodOf(month)), now()),
    unannounced: async (limit) => {
      const parcels = await unannouncedParcels(db, limit);
      // A list that is not full is all there is: counted by itself it could be one more by then.
      if (parcels.length < limit) return { parcels, count: parcels.length };
      return { parcels, count: Math.max(limit, await countUnannounced(db)) };
    },
    countUnannounced: () => countUnannounced(db),
    setAside: (filter, page) => listSetAside(db, filter, page),
    replay: (filter, actor) => {
      const asked = {
        action: 'replay',
        merchant: filter.merchant ?? null,
        subject: describeChosen(filter),
      } as const;
      return recordWork(db, now, actor, asked, () =>
        replaySetAside({ db, store: inbox.store, log, vendors }, filter),
      );
    },
    audit: (filter, page) => listAudit(db, filter, page),
    record: (actor, action) => recordAction(db, now(), actor, action),
  };
}

/** Which deliveries are meant; the reason is cut where somebody sends another text in its place. */
function describeChosen({ result, source, key, why }: SetAsideFilter): string {
  const which = key === undefined ? 'deliveries' : `delivery ${cut(key, 64)}`;
  const parts = [result ?? 'rejected and ignored', which, source === undefined ? null : `from ${source}`];
  const words = parts.filter((part) => part !== null).join(' ');
  return why === undefined ? words : `${words}: ${cut(why, 200)}`;
}
