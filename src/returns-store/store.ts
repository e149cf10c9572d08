import { isDeepStrictEqual } from 'node:util';
import { sql, type Transaction } from 'kysely';
import { BeginAnew } from '../database/retry.ts';
import { insertRows, overwrite } from '../database/rows.ts';
import type { Tables } from '../database/tables.ts';
import { firstMilestones, milestonesAfter } from '../returns/milestones.ts';
import { newReturn, type Return } from '../returns/return.ts';
import { termsOf } from '../returns/search-terms.ts';
import { type ClaimedStep, endOfClaim, noClaims } from './claims.ts';
import {
  changingColumns,
  eventColumns,
  outcomeColumns,
  outcomeRow,
  returnColumns,
  returnRow,
  termColumns,
} from './rows.ts';
import { type LockedReturns, type StoredReturn, storedReturn } from './stored-return.ts';

/**
 * Locks returns as `lockStored` does, and makes a row for each that has none yet.
 * @throws BeginAnew where another transaction has made one of them at the same moment
 */
export async function lockReturns(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnIds: readonly string[],
  now: Date,
): Promise<LockedReturns> {
  const stored = await lockStored(trx, merchant, loopReturnIds);
  const missing = inOrder(loopReturnIds).filter((id) => !stored.has(id));
  if (missing.length === 0) return stored;
  const blank = missing.map((id) => blankReturn(merchant, id, now));
  const rows = blank.map(({ facts, milestones }) => returnRow(facts, milestones, 0, now));
  const made = await insertRows(trx, 'returns', rows, returnColumns, sql`on conflict do nothing`);
  if (made === missing.length) return new Map([...stored, ...blank.map(byId)]);
  // Who holds none of this merchant's returns may wait for those; who holds some would not lock in order any more.
  if (made === 0 && stored.size === 0) return lockStored(trx, merchant, loopReturnIds);
  throw new BeginAnew('Others have heard of the same returns of a merchant at the same moment.');
}

function blankReturn(merchant: string, id: string, now: Date): StoredReturn {
  return {
    facts: newReturn(merchant, id),
    timelineLength: 0,
    milestones: firstMilestones(now),
    claims: noClaims,
    createdAt: now,
    updatedAt: now,
  };
}

function byId(one: StoredReturn): [string, StoredReturn] {
  return [one.facts.loopReturnId, one];
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
  const rows = await trx
    .selectFrom('returns')
    .selectAll()
    .where('merchant', '=', merchant)
    .where(isOneOf(inOrder(loopReturnIds)))
    .orderBy('loop_return_id')
    .forUpdate()
    .execute();
  // By itself: what was decided while the lock was waited for is not in the statement that waited.
  const decided = rows.filter((row) => row.decision !== null).map((row) => row.loop_return_id);
  const outcomes = decided.length === 0 ? [] : await outcomesOf(trx, merchant, decided);
  const outcomeOf = new Map(outcomes.map((row) => [row.loop_return_id, row]));
  return new Map(
    rows.map((row) => [row.loop_return_id, storedReturn(row, outcomeOf.get(row.loop_return_id))]),
  );
}

function outcomesOf(trx: Transaction<Tables>, merchant: string, ids: readonly string[]) {
  return trx
    .selectFrom('outcomes')
    .selectAll()
    .where('merchant', '=', merchant)
    .where(isOneOf(ids))
    .execute();
}

function isOneOf(ids: readonly string[]) {
  return sql<boolean>`loop_return_id = any(${ids}::text[])`;
}

/** Whether Loop has told of a return: a label or a receipt can come before that. */
export const isTold = sql<boolean>`loop is not null`;

function inOrder(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort();
}

/** A return as it will be stored, with what its timeline gains. */
export interface ChangedReturn extends StoredReturn {
  /** The facts as they were when the return was locked. */
  readonly before: Return;
  readonly entries: readonly { event: string; detail: string | null; at: Date; delivery: string | null }[];
}

/**
 * Stores locked returns with their outcomes, timelines and terms, in a statement each.
 * @param answered the step whose request has an answer by now: its claims end
 */
export async function saveReturns(
  trx: Transaction<Tables>,
  saved: readonly ChangedReturn[],
  now: Date,
  answered: ClaimedStep | null = null,
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
  await saveOutcomes(trx, saved, now, answered);
  await saveTimelines(trx, saved);
  await saveTerms(trx, saved);
}

/** An outcome that is already there keeps its kind: only how far its messages have come can change. */
async function saveOutcomes(
  trx: Transaction<Tables>,
  saved: readonly ChangedReturn[],
  now: Date,
  answered: ClaimedStep | null,
): Promise<void> {
  const rows = saved.flatMap(({ facts }) =>
    facts.outcome === null ? [] : [outcomeRow(facts, facts.outcome, now)],
  );
  const update = sql`on conflict (merchant, loop_return_id)
    do update set ${overwrite('message', 'note_state')} ${endOfClaim(answered)} where outcomes.kind = excluded.kind`;
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
