import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/connect.ts';
import type { Tables } from '../database/tables.ts';
import type { Return } from '../returns/return.ts';
import { readFacts } from './read-facts.ts';
import { type ReturnSummary, summariesOf, summaryOf } from './summary.ts';
import { readReturn } from './with-outcome.ts';

export interface TimelineLine {
  readonly at: Date;
  readonly event: string;
  readonly detail: string | null;
}

/** One return with its timeline; null where Loop has told of none with this id. */
export async function findReturn(
  db: Database,
  merchant: string,
  loopReturnId: string,
): Promise<(ReturnSummary & { timeline: TimelineLine[] }) | null> {
  const row = await summariesOf(db)
    .where('r.merchant', '=', merchant)
    .where('r.loop_return_id', '=', loopReturnId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const timeline = await db
    .selectFrom('return_events')
    .select(['at', 'event', 'detail'])
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .orderBy('position')
    .execute();
  return { ...summaryOf(row), timeline };
}

/** Everything that is known of one return; null where Loop has told of none with this id. */
export async function findFacts(
  db: Database,
  merchant: string,
  loopReturnId: string,
): Promise<Return | null> {
  const facts = await readReturn(db, merchant, loopReturnId);
  return facts?.loop == null ? null : facts;
}

/** The same of several returns of one merchant, by their ids; those that there are. */
export async function findAllFacts(
  db: Database,
  merchant: string,
  loopReturnIds: readonly string[],
): Promise<ReadonlyMap<string, Return>> {
  const isOneOf = sql<boolean>`loop_return_id = any(${[...loopReturnIds]}::text[])`;
  const outcomes = await db
    .selectFrom('outcomes')
    .selectAll()
    .where('merchant', '=', merchant)
    .where(isOneOf)
    .execute();
  const outcomeOf = new Map(outcomes.map((row) => [row.loop_return_id, row]));
  const rows = await db
    .selectFrom('returns')
    .selectAll()
    .where('merchant', '=', merchant)
    .where(isOneOf)
    .execute();
  return new Map(rows.map((row) => [row.loop_return_id, readFacts(row, outcomeOf.get(row.loop_return_id))]));
}

/** The deliveries that told of one kind of event of a return. */
export async function deliveriesOf(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  event: string,
): Promise<string[]> {
  const rows = await trx
    .selectFrom('return_events')
    .select('delivery')
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .where('event', '=', event)
    .execute();
  return rows.flatMap((row) => row.delivery ?? []);
}

/** Whether an event of a return has come since a person last asked for a retry of it, or ever where nobody has. */
export async function hasComeSinceRetry(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  event: string,
): Promise<boolean> {
  const rows = await trx
    .selectFrom('return_events')
    .select(['event', (eb) => eb.fn.max('position').as('last')])
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .where('event', 'in', [event, 'retry'])
    .groupBy('event')
    .execute();
  const lastOf = new Map(rows.map((row) => [row.event, row.last]));
  const [came, retried] = [lastOf.get(event), lastOf.get('retry')];
  return came !== undefined && (retried === undefined || came > retried);
}
