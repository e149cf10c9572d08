import { sql } from 'kysely';
import { z } from 'zod';
import { type AgeingLimits, type AgeingStage, ageingStages } from '../config/ageing.ts';
import type { Database } from '../database/connect.ts';

/** What several of a merchant's returns need attention for. */
export interface Cause {
  readonly merchant: string;
  /** In the words that all of them share; see `causeOf`. */
  readonly cause: string;
  readonly count: number;
  /** When the first of them came to need attention. */
  readonly since: Date;
  /** The return that waits longest. */
  readonly longest: string;
}

/** The returns that need attention by what they need it for, the longest first. */
export async function listCauses(db: Database, limit: number): Promise<Cause[]> {
  const rows = await db
    .selectFrom('returns')
    .select((eb) => ['merchant', 'cause', eb.fn.countAll<number>().as('count')])
    .select((eb) => eb.fn.min('status_since').as('since'))
    .select(sql<string>`(array_agg(loop_return_id order by status_since, loop_return_id))[1]`.as('longest'))
    .where('cause', 'is not', null)
    .groupBy(['merchant', 'cause'])
    .orderBy('since')
    .orderBy('merchant')
    .orderBy('cause')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, cause: row.cause ?? '' }));
}

/** How many of a merchant's returns stand still at one stage for longer than they should. */
export interface Overdue {
  readonly merchant: string;
  readonly stage: AgeingStage;
  readonly count: number;
  /** Since when the first of them does. */
  readonly since: Date;
}

const overdueRow = z.object({
  merchant: z.string(),
  stage: z.enum(ageingStages),
  count: z.number(),
  since: z.date(),
});

/** Counts what stands still for too long, in the order of a return's life. */
export async function countOverdue(db: Database, limits: AgeingLimits, now: Date): Promise<Overdue[]> {
  // One look for each stage: together, they would have the rows read and not the index alone.
  const counts = ageingStages.map((stage) => {
    const since = new Date(now.getTime() - limits[stage]);
    return sql`select merchant, ageing_stage as stage, count(*) as count, min(ageing_since) as since
      from returns where ageing_stage = ${stage} and ageing_since < ${since} group by merchant, ageing_stage`;
  });
  const { rows } = await sql`${sql.join(counts, sql` union all `)}`.execute(db);
  return z
    .array(overdueRow)
    .parse(rows)
    .toSorted((one, other) => ageingStages.indexOf(one.stage) - ageingStages.indexOf(other.stage));
}
