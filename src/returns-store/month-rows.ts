import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { differences } from '../returns/difference.ts';
import type { MonthRows } from './month-report.ts';
import { isTold } from './store.ts';

/** The time that is counted; its end is no part of it. */
interface Period {
  readonly from: Date;
  readonly before: Date;
}

/**
 * Counts what a month's report is made of, all merchants at once. One statement after the other: a report is not
 * urgent, and what is has the other connections.
 */
export async function readMonth(db: Database, period: Period): Promise<MonthRows> {
  return {
    created: await countCreated(db, period),
    received: await countReceived(db, period),
    units: await countUnits(db, period),
    accepted: await countAccepted(db, period),
    held: await countHeld(db, period),
    needsAttention: await countNeedsAttention(db),
    times: await measureTimes(db, period),
    differences: await countDifferences(db, period),
  };
}

function countBy(db: Database) {
  return db
    .selectFrom('returns')
    .select((eb) => ['merchant', eb.fn.countAll<number>().as('count')])
    .where(isTold)
    .groupBy('merchant');
}

function countCreated(db: Database, { from, before }: Period) {
  return countBy(db).where('created_at', '>=', from).where('created_at', '<', before).execute();
}

function countReceived(db: Database, { from, before }: Period) {
  return countBy(db).where('received_at', '>=', from).where('received_at', '<', before).execute();
}

function countHeld(db: Database, { from, before }: Period) {
  return countBy(db)
    .where('decided_at', '>=', from)
    .where('decided_at', '<', before)
    .where('decision', '=', 'hold')
    .execute();
}

function countNeedsAttention(db: Database) {
  return countBy(db).where('status', '=', 'attention').execute();
}

const unitRow = z.object({ merchant: z.string(), disposition: z.string(), count: z.number() });

async function countUnits(db: Database, { from, before }: Period) {
  const { rows } = await sql`select r.merchant, unit ->> 'disposition' as disposition,
      sum((unit ->> 'units')::int)::int as count
    from returns r, jsonb_path_query(r.receipts, '$[*].lines[*].received[*]') as unit
    where r.received_at >= ${from} and r.received_at < ${before} and ${isTold}
    group by 1, 2 having sum((unit ->> 'units')::int) > 0`.execute(db);
  return z.array(unitRow).parse(rows);
}

const accepted = ['process.accepted', 'flag.accepted'] as const;

/** A refund message can be accepted twice, where Loop failed to process it and a person had it tried again. */
async function countAccepted(db: Database, { from, before }: Period) {
  const rows = await db
    .selectFrom('return_events')
    .select((eb) => ['merchant', 'event', eb.fn.count<number>('loop_return_id').distinct().as('count')])
    .where('event', 'in', accepted)
    .where('at', '>=', from)
    .where('at', '<', before)
    .groupBy(['event', 'merchant'])
    .execute();
  return rows.map((row) => ({ ...row, event: z.enum(accepted).parse(row.event) }));
}

const timeRow = z.object({
  merchant: z.string(),
  medianSeconds: z.number(),
  p95Seconds: z.number(),
  dock: z.number(),
  receiving: z.number(),
  receipt: z.number(),
});

/** What is told late is no beginning: the earliest of the three counts. */
async function measureTimes(db: Database, { from, before }: Period) {
  const { rows } = await sql`select merchant,
      percentile_cont(0.5) within group (order by seconds) as "medianSeconds",
      percentile_cont(0.95) within group (order by seconds) as "p95Seconds",
      count(*) filter (where start < least(receiving_at, received_at)) as dock,
      count(*) filter (where start = receiving_at and start < received_at) as receiving,
      count(*) filter (where start = received_at) as receipt
    from (select merchant, received_at, receiving_at, least(docked_at, receiving_at, received_at) as start,
        extract(epoch from decided_at - least(docked_at, receiving_at, received_at))::float8 as seconds
      from returns where decided_at >= ${from} and decided_at < ${before}
        and received_at is not null and ${isTold}) as decided
    group by merchant`.execute(db);
  return z.array(timeRow).parse(rows);
}

async function countDifferences(db: Database, { from, before }: Period) {
  const rows = await countBy(db)
    .select('differs')
    .where('differs', 'is not', null)
    .where('decided_at', '>=', from)
    .where('decided_at', '<', before)
    .groupBy('differs')
    .execute();
  return rows.map(({ merchant, differs, count }) => ({
    merchant,
    count,
    difference: z.enum(differences).parse(differs),
  }));
}
