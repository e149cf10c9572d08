import { type Difference, differences } from '../returns/difference.ts';

/** What became of each merchant's returns in one month of UTC. */
export interface MonthReport {
  /** Such as `2026-11`. */
  readonly month: string;
  /** `partial`: the month is not over, and this is it up to `countedAt`. */
  readonly state: 'over' | 'partial';
  readonly countedAt: Date;
  /** One for each merchant of the merchants file, by their names. */
  readonly merchants: readonly MerchantMonth[];
}

export interface MerchantMonth {
  readonly merchant: string;
  /** Returns that Loop first told of in the month. */
  readonly created: number;
  /** Returns whose first receipt came in the month. */
  readonly received: number;
  /** Returns whose refund message Loop accepted in the month. */
  readonly refunded: number;
  /** Returns whose flag Loop accepted in the month. */
  readonly flagged: number;
  /** Returns that were decided in the month, and held. */
  readonly held: number;
  /** Returns that need attention now, whenever they came. */
  readonly needsAttention: number;
  /** What the receipts of the returns show that were received in the month, the most frequent disposition first. */
  readonly units: readonly { readonly disposition: string; readonly units: number }[];
  /** Of the returns that were decided in the month; null where there is none. */
  readonly dockToDecision: DockToDecision | null;
  /** Of the returns that were decided in the month: how many Loop has ended otherwise, as it stands now. */
  readonly differences: readonly { readonly difference: Difference; readonly count: number }[];
}

/** How long returns took from the warehouse's door to their decision. */
export interface DockToDecision {
  readonly medianSeconds: number;
  readonly p95Seconds: number;
  /**
   * How many of them were timed from where: the dock; the beginning of receiving, where nobody told of the dock;
   * the receipt, where nobody told of that either.
   */
  readonly from: Readonly<Record<TimedFrom, number>>;
}
export const timedFrom = ['dock', 'receiving', 'receipt'] as const;
export type TimedFrom = (typeof timedFrom)[number];

/** What a report is made of: counts by merchant, each kind by itself. */
export interface MonthRows {
  readonly created: readonly Counted[];
  readonly received: readonly Counted[];
  readonly units: readonly (Counted & { readonly disposition: string })[];
  readonly accepted: readonly (Counted & { readonly event: 'process.accepted' | 'flag.accepted' })[];
  readonly held: readonly Counted[];
  readonly needsAttention: readonly Counted[];
  readonly times: readonly ({
    readonly merchant: string;
    readonly medianSeconds: number;
    readonly p95Seconds: number;
  } & Readonly<Record<TimedFrom, number>>)[];
  readonly differences: readonly (Counted & { readonly difference: Difference })[];
}
export interface Counted {
  readonly merchant: string;
  readonly count: number;
}

/** The moments at which a month of UTC begins and ends; the end is no part of it. */
export function periodOf(month: string): { from: Date; before: Date } {
  const from = new Date(`${month}-01T00:00:00Z`);
  const before = new Date(from);
  before.setUTCMonth(from.getUTCMonth() + 1);
  return { from, before };
}

/**
 * The report out of what was counted; a merchant of whom nothing was counted has nothing but zeros.
 * @param merchants those that the report is on
 */
export function makeMonthReport(
  month: string,
  merchants: readonly string[],
  rows: MonthRows,
  now: Date,
): MonthReport {
  return {
    month,
    state: periodOf(month).before <= now ? 'over' : 'partial',
    countedAt: now,
    merchants: merchants.toSorted().map((merchant) => merchantMonth(merchant, rows)),
  };
}

function merchantMonth(merchant: string, rows: MonthRows): MerchantMonth {
  const own = <Row extends { merchant: string }>(all: readonly Row[]) =>
    all.filter((row) => row.merchant === merchant);
  const count = (all: readonly Counted[]) => own(all).reduce((sum, row) => sum + row.count, 0);
  const [times] = own(rows.times);
  return {
    merchant,
    created: count(rows.created),
    received: count(rows.received),
    refunded: count(rows.accepted.filter(({ event }) => event === 'process.accepted')),
    flagged: count(rows.accepted.filter(({ event }) => event === 'flag.accepted')),
    held: count(rows.held),
    needsAttention: count(rows.needsAttention),
    units: own(rows.units)
      .map(({ disposition, count: units }) => ({ disposition, units }))
      .toSorted((one, other) => other.units - one.units || one.disposition.localeCompare(other.disposition)),
    dockToDecision: times === undefined ? null : timesOf(times),
    differences: differences.map((difference) => ({
      difference,
      count: count(rows.differences.filter((row) => row.difference === difference)),
    })),
  };
}

function timesOf({ medianSeconds, p95Seconds, dock, receiving, receipt }: MonthRows['times'][number]) {
  return { medianSeconds, p95Seconds, from: { dock, receiving, receipt } };
}
