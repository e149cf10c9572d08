import { sql } from 'kysely';
import { z } from 'zod';
import { aDayMs } from '../config/duration.ts';
import type { Database } from '../database/connect.ts';
import { type Status, statuses } from '../returns/return.ts';
import type { OwnEvent } from '../returns/timeline.ts';
import { isTold } from './store.ts';

/** How many returns of one merchant are in one status. */
export interface StatusCount {
  readonly merchant: string;
  readonly status: Status;
  readonly count: number;
}

/** What happened to all merchants' returns on one day. */
export interface Day {
  /** In UTC, such as `2026-11-23`. */
  readonly day: string;
  readonly created: number;
  /** Refund messages that Loop accepted. */
  readonly processed: number;
  /** Flags that Loop accepted. */
  readonly flagged: number;
  /** How often a return came to need attention. */
  readonly attention: number;
  /** Seconds from the decided receipt to the accepted message; null where no message was accepted. */
  readonly wait: { readonly median: number; readonly p95: number } | null;
}

/** What is committed after midnight may still be dated before it. */
const settledAfterMs = 3_600_000;

/** How many returns each merchant has in each status. */
export async function countStatuses(db: Database): Promise<StatusCount[]> {
  const rows = await db
    .selectFrom('returns')
    .select((eb) => ['merchant', 'status', eb.fn.countAll<number>().as('count')])
    .where(isTold)
    .groupBy(['status', 'merchant'])
    .execute();
  return rows.map((row) => ({ ...row, status: z.enum(statuses).parse(row.status) }));
}

/**
 * The last days up to now, the oldest first. A day that is over does not change any more, so each is counted
 * once and then remembered.
 */
export function openDays(db: Database): (count: number, now: Date) => Promise<Day[]> {
  const settled = new Map<string, Day>();
  return async (count, now) => {
    const today = Math.floor(now.getTime() / aDayMs) * aDayMs;
    const starts = Array.from({ length: count }, (_, index) => today - (count - 1 - index) * aDayMs);
    for (const day of settled.keys()) if (day < dayOf(starts[0] ?? today)) settled.delete(day);
    const open = starts.filter((start) => !settled.has(dayOf(start)));
    const counted = await countDays(db, new Date(open[0] ?? today));
    const days = starts.map((start) => settled.get(dayOf(start)) ?? counted(dayOf(start)));
    for (const [index, start] of starts.entries()) {
      const day = days[index];
      if (day !== undefined && start + aDayMs + settledAfterMs < now.getTime()) settled.set(day.day, day);
    }
    return days;
  };
}

function dayOf(start: number): string {
  return new Date(start).toISOString().slice(0, 10);
}

async function countDays(db: Database, since: Date): Promise<(day: string) => Day> {
  const [created, milestones, waits] = await Promise.all([
    countCreated(db, since),
    countMilestones(db, since),
    measureWaits(db, since),
  ]);
  return (day) => {
    const of = (event: OwnEvent) =>
      milestones.find((row) => row.day === day && row.event === event)?.count ?? 0;
    const wait = waits.find((row) => row.day === day);
    return {
      day,
      created: created.find((row) => row.day === day)?.count ?? 0,
      processed: of('process.accepted'),
      flagged: of('flag.accepted'),
      attention: of(attention),
      wait: wait === undefined ? null : { median: wait.median, p95: wait.p95 },
    };
  };
}

function countCreated(db: Database, since: Date) {
  const day = sql<string>`(created_at at time zone 'UTC')::date::text`;
  return db
    .selectFrom('returns')
    .select((eb) => [day.as('day'), eb.fn.countAll<number>().as('count')])
    .where(isTold)
    .where('created_at', '>=', since)
    .groupBy(day)
    .execute();
}

const accepted: readonly OwnEvent[] = ['process.accepted', 'flag.accepted'];
const attention: OwnEvent = 'attention';

function countMilestones(db: Database, since: Date) {
  const day = sql<string>`(at at time zone 'UTC')::date::text`;
  return db
    .selectFrom('return_events')
    .select((eb) => ['event', day.as('day'), eb.fn.countAll<number>().as('count')])
    .where('event', 'in', [...accepted, attention])
    .where('at', '>=', since)
    .groupBy(['event', day])
    .execute();
}

function measureWaits(db: Database, since: Date) {
  const day = sql<string>`(e.at at time zone 'UTC')::date::text`;
  // Looked up one by one: a day's messages are few beside all the outcomes there ever were.
  const seconds = sql<number>`extract(epoch from e.at - (select o.decided_at from outcomes o
    where o.merchant = e.merchant and o.loop_return_id = e.loop_return_id))::float8`;
  const waits = db
    .selectFrom('return_events as e')
    .select([day.as('day'), seconds.as('seconds')])
    .where('e.event', 'in', accepted)
    .where('e.at', '>=', since)
    .as('waits');
  return db
    .selectFrom(waits)
    .select([
      'day',
      sql<number>`percentile_cont(0.5) within group (order by seconds)`.as('median'),
      sql<number>`percentile_cont(0.95) within group (order by seconds)`.as('p95'),
    ])
    .groupBy('day')
    .having((eb) => eb.fn.count('seconds'), '>', 0)
    .execute();
}
