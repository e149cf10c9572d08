import { isDeepStrictEqual } from 'node:util';
import { type Selectable, sql, type Transaction } from 'kysely';
import type { Database } from '../database/connect.ts';
import { insertRows, overwrite } from '../database/rows.ts';
import type { OutcomesTable, ReturnsTable, Tables } from '../database/tables.ts';
import { firstMilestones, type Milestones, milestonesAfter } from '../returns/milestones.ts';
import { newReturn, type Return } from '../returns/return.ts';
import { termsOf } from '../returns/search-terms.ts';
import { type Claims, claimsIn, noClaims } from './claims.ts';
import { readMilestones } from './milestones.ts';
import { readFacts } from './read-facts.ts';
import {
  changingColumns,
  eventColumns,
  outcomeColumns,
  outcomeRow,
  returnColumns,
  returnRow,
  termColumns,
} from './rows.ts';

/** A return under lock, and where its timeline ends. */
export interface LockedReturn {
  readonly facts: Return;
  readonly timelineLength: number;
  readonly milestones: Milestones;
  /** What is on the wire to Loop, or went there and had no answer. */
  readonly claims: Claims;
  readonly createdAt: Date;
  /** When its timeline last gained something. */
  readonly updatedAt: Date;
}

/** By their ids. */
export type LockedReturns = ReadonlyMap<string, LockedReturn>;

/** Locks returns as `lockStored` does, after making a row for each that has none yet. */
export async function lockReturns(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnIds: readonly string[],
  now: Date,
): Promise<LockedReturns> {
  const blank = inOrder(loopReturnIds).map((id) =>
    returnRow(newReturn(merchant, id), firstMilestones(now), 0, now),
  );
  await insertRows(trx, 'returns', blank, returnColumns, sql`on conflict do nothing`);
  return lockStored(trx, merchant, loopReturnIds);
}

/**
 * Locks returns for the rest of the transaction. Rows are taken in the order of their ids, so that two
 * transactions never wait for each other.
 * @returns those that there are
 */
export async function lockStored(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnIds: readonly string[],
): Promise<LockedReturns> {
  if (loopReturnIds.length === 0) return new Map();
  // One array for all of them: so both parts of the primary key are named, and the merchant as one value, which
  // says on which machine they are where there are several.
  const isOneOf = sql<boolean>`loop_return_id = any(${inOrder(loopReturnIds)}::text[])`;
  const rows = await trx
    .selectFrom('returns')
    .selectAll()
    .where('merchant', '=', merchant)
    .where(isOneOf)
    .orderBy('loop_return_id')
    .forUpdate()
    .execute();
  // By itself: what was decided while the lock was waited for is not in the statement that waited.
  const outcomes = await trx
    .selectFrom('outcomes')
    .selectAll()
    .where('merchant', '=', merchant)
    .where(isOneOf)
    .execute();
  const outcomeOf = new Map(outcomes.map((row) => [row.loop_return_id, row]));
  return new Map(
    rows.map((row) => [row.loop_return_id, lockedReturn(row, outcomeOf.get(row.loop_return_id))]),
  );
}

function lockedReturn(
  row: Selectable<ReturnsTable>,
  outcome: Selectable<OutcomesTable> | undefined,
): LockedReturn {
  return {
    facts: readFacts(row, outcome),
    timelineLength: row.timeline_length,
    milestones: readMilestones(row),
    claims: outcome === undefined ? noClaims : claimsIn(outcome),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** A return as it is stored, only to look at: it is not locked. Null where nothing is known of it. */
export async function readReturn(
  db: Database,
  merchant: string,
  loopReturnId: string,
): Promise<Return | null> {
  const row = await db
    .selectFrom('returns')
    .selectAll()
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const outcome = await db
    .selectFrom('outcomes')
    .selectAll()
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .executeTakeFirst();
  return readFacts(row, outcome);
}

/** Whether Loop has told of a return: a label or a receipt can come before that. */
export const isTold = sql<boolean>`loop is not null`;

function inOrder(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}

/** A return as it will be stored, with what its timeline gains. */
export interface ChangedReturn extends LockedReturn {
  /** The facts as they were when the return was locked. */
  readonly before: Return;
  readonly entries: readonly { event: string; detail: string | null; at: Date; delivery: string | null }[];
}

/** Stores locked returns with their outcomes, timelines and terms, in a statement each. */
export async function saveReturns(
  trx: Transaction<Tables>,
  saved: readonly ChangedReturn[],
  now: Date,
): Promise<void> {
  if (saved.length === 0) return;
  const rows = saved.map(({ before, facts, milestones, timelineLength, entries, updatedAt }) =>
    returnRow(
      facts,
      milestonesAfter(milestones, before, facts, entries, now),
      timelineLength + entries.length,
      entries.length === 0 ? updatedAt : now,
    ),
  );
  const update = sql`on conflict (merchant, loop_return_id) do update
    set ${overwrite(...Object.keys(changingColumns))}`;
  await insertRows(trx, 'returns', rows, returnColumns, update);
  await saveOutcomes(trx, saved, now);
  await saveTimelines(trx, saved);
  await saveTerms(trx, saved);
}

/** An outcome that is already there keeps its kind: only how far its messages have come can change. */
async function saveOutcomes(
  trx: Transaction<Tables>,
  saved: readonly ChangedReturn[],
  now: Date,
): Promise<void> {
  const rows = saved.flatMap(({ facts }) =>
    facts.outcome === null ? [] : [outcomeRow(facts, facts.outcome, now)],
  );
  const update = sql`on conflict (merchant, loop_return_id)
    do update set ${overwrite('message', 'note_state')} where outcomes.kind = excluded.kind`;
  const kept = await insertRows(trx, 'outcomes', rows, outcomeColumns, update);
  if (kept !== rows.length) {
    throw new Error(
      'A second, different outcome for a return was refused by the database. This is a defect.',
    );
  }
}

async function saveTimelines(trx: Transaction<Tables>, saved: readonly ChangedReturn[]): Promise<void> {
  const rows = saved.flatMap(({ facts, timelineLength, entries }) =>
    entries.map(({ at, event, detail, delivery }, index) => ({
      merchant: facts.merchant,
      loop_return_id: facts.loopReturnId,
      position: timelineLength + index,
      at,
      event,
      detail,
      delivery,
    })),
  );
  await insertRows(trx, 'return_events', rows, eventColumns);
}

/** Terms are only added: a return is still found by an item that it had once. */
async function saveTerms(trx: Transaction<Tables>, saved: readonly ChangedReturn[]): Promise<void> {
  const rows = saved.flatMap(({ before, facts, createdAt }) => {
    const terms = termsOf(facts);
    if (isDeepStrictEqual(terms, termsOf(before))) return [];
    const { merchant, loopReturnId } = facts;
    return terms.map((term) => ({ merchant, loop_return_id: loopReturnId, term, created_at: createdAt }));
  });
  await insertRows(trx, 'return_terms', rows, termColumns, sql`on conflict do nothing`);
}
