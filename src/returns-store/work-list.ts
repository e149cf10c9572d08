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

/** Counts what stands still for too long, in the order of a return's life. */
export async function countOverdue(db: Database, limits: AgeingLimits, now: Date): Promise<Overdue[]> {
  const rows = await db
    .selectFrom('returns')
    .select((eb) => ['merchant', 'ageing_stage', eb.fn.countAll<number>().as('count')])
    .select((eb) => eb.fn.min('ageing_since').as('since'))
    .where((eb) =>
      eb.or(
        ageingStages.map((stage) =>
          eb.and([
            eb('ageing_stage', '=', stage),
            eb('ageing_since', '<', new Date(now.getTime() - limits[stage])),
          ]),
        ),
      ),
    )
    .groupBy(['merchant', 'ageing_stage'])
    .execute();
  return rows
    .map(({ merchant, ageing_stage: stage, count, since }) => ({
      merchant,
      stage: z.enum(ageingStages).parse(stage),
      count,
      since: since ?? now,
    }))
    .toSorted((one, other) => ageingStages.indexOf(one.stage) - ageingStages.indexOf(other.stage));
}
