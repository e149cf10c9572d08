import { isDeepStrictEqual } from 'node:util';
import type { Insertable, Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import type { OutcomesTable, ReturnsTable, Tables } from '../database/tables.ts';
import { ownTrackingNumber } from './package.ts';
import {
  dispositionStates,
  loopFacts,
  newReturn,
  type Outcome,
  outcome,
  problem,
  type Return,
  receipt,
  rma,
  toldDestination,
  toldLabel,
  wantedRma,
  warehouseStages,
} from './return.ts';
import { statusOf } from './status.ts';
import { termsOf } from './terms.ts';

/** A return under lock, and where its timeline ends. */
export interface LockedReturn {
  readonly facts: Return;
  readonly timelineLength: number;
  readonly createdAt: Date;
}

const storedFacts = z.object({
  loop: loopFacts.nullable(),
  wanted: wantedRma.nullable(),
  sent: rma.nullable(),
  asked: rma.nullable(),
  stage: z.enum(warehouseStages),
  receipt: receipt.nullable(),
  problem: problem.nullable(),
  labels: z.array(toldLabel),
  destination: toldDestination.nullable(),
  dispositions: z.enum(dispositionStates),
});

/**
 * Locks returns for the rest of the transaction, making a row for each that has none yet. Rows are
 * taken in the order of their ids, so that two transactions never wait for each other.
 */
export async function lockReturns(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnIds: readonly string[],
  now: Date,
): Promise<Map<string, LockedReturn>> {
  const ids = [...new Set(loopReturnIds)].sort();
  if (ids.length === 0) return new Map();
  for (const some of inParts(ids)) {
    await trx
      .insertInto('returns')
      .values(some.map((id) => rowOf(newReturn(merchant, id), 0, now)))
      .onConflict((conflict) => conflict.columns(['merchant', 'loop_return_id']).doNothing())
      .execute();
  }
  const rows = await trx
    .selectFrom('returns')
    .selectAll()
    .where('merchant', '=', merchant)
    .where('loop_return_id', 'in', ids)
    .orderBy('loop_return_id')
    .forUpdate()
    .execute();
  const outcomes = await trx
    .selectFrom('outcomes')
    .selectAll()
    .where('merchant', '=', merchant)
    .where('loop_return_id', 'in', ids)
    .execute();
  const outcomeOf = new Map(outcomes.map((row) => [row.loop_return_id, row]));
  return new Map(
    rows.map((row) => [
      row.loop_return_id,
      {
        facts: readFacts(row, outcomeOf.get(row.loop_return_id)),
        timelineLength: row.timeline_length,
        createdAt: row.created_at,
      },
    ]),
  );
}

/** A return's facts out of its row and that of its outcome. */
export function readFacts(
  row: Selectable<ReturnsTable>,
  outcomeRow: Selectable<OutcomesTable> | undefined,
): Return {
  return {
    merchant: row.merchant,
    loopReturnId: row.loop_return_id,
    ...storedFacts.parse(row),
    outcome: outcomeRow === undefined ? null : readOutcome(outcomeRow),
  };
}

function readOutcome(row: Selectable<OutcomesTable>): Outcome {
  return outcome.parse({ ...row, noteState: row.note_state });
}

/** A return as it will be stored, with what its timeline gains. */
export interface Saved extends LockedReturn {
  /** The facts as they were when the return was locked. */
  readonly before: Return;
  readonly entries: readonly { event: string; detail: string | null; at: Date; delivery: string | null }[];
}

/** PostgreSQL takes 65,535 values in a statement, and the widest row here has 18. */
const mostRows = 2_000;

function inParts<Row>(rows: readonly Row[]): Row[][] {
  const count = Math.ceil(rows.length / mostRows);
  return Array.from({ length: count }, (_, part) => rows.slice(part * mostRows, (part + 1) * mostRows));
}

/** Stores locked returns with their outcomes, timelines and terms: a statement each, unless they are thousands. */
export async function saveReturns(
  trx: Transaction<Tables>,
  saved: readonly Saved[],
  now: Date,
): Promise<void> {
  for (const some of inParts(saved)) await saveSome(trx, some, now);
}

async function saveSome(trx: Transaction<Tables>, saved: readonly Saved[], now: Date): Promise<void> {
  await trx
    .insertInto('returns')
    .values(
      saved.map(({ facts, timelineLength, entries }) => rowOf(facts, timelineLength + entries.length, now)),
    )
    .onConflict((conflict) =>
      conflict.columns(['merchant', 'loop_return_id']).doUpdateSet((eb) => ({
        status: eb.ref('excluded.status'),
        reason: eb.ref('excluded.reason'),
        order_name: eb.ref('excluded.order_name'),
        tracking_number: eb.ref('excluded.tracking_number'),
        loop: eb.ref('excluded.loop'),
        wanted: eb.ref('excluded.wanted'),
        sent: eb.ref('excluded.sent'),
        asked: eb.ref('excluded.asked'),
        stage: eb.ref('excluded.stage'),
        receipt: eb.ref('excluded.receipt'),
        problem: eb.ref('excluded.problem'),
        labels: eb.ref('excluded.labels'),
        destination: eb.ref('excluded.destination'),
        dispositions: eb.ref('excluded.dispositions'),
        timeline_length: eb.ref('excluded.timeline_length'),
        updated_at: eb.ref('excluded.updated_at'),
      })),
    )
    .execute();
  await saveOutcomes(trx, saved, now);
  await saveTimelines(trx, saved);
  await saveTerms(trx, saved);
}

/** An outcome that is already there keeps its kind: only how far its messages have come can change. */
async function saveOutcomes(trx: Transaction<Tables>, saved: readonly Saved[], now: Date): Promise<void> {
  const rows = saved.flatMap(({ facts }) =>
    facts.outcome === null ? [] : [outcomeRow(facts, facts.outcome, now)],
  );
  if (rows.length === 0) return;
  const kept = await trx
    .insertInto('outcomes')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['merchant', 'loop_return_id'])
        .doUpdateSet((eb) => ({
          message: eb.ref('excluded.message'),
          note_state: eb.ref('excluded.note_state'),
        }))
        .whereRef('outcomes.kind', '=', 'excluded.kind'),
    )
    .returning('loop_return_id')
    .execute();
  if (kept.length !== rows.length) {
    throw new Error(
      'A second, different outcome for a return was refused by the database. This is a defect.',
    );
  }
}

async function saveTimelines(trx: Transaction<Tables>, saved: readonly Saved[]): Promise<void> {
  const rows = saved.flatMap(({ facts, timelineLength, entries }) =>
    entries.map((entry, index) => ({
      merchant: facts.merchant,
      loop_return_id: facts.loopReturnId,
      position: timelineLength + index,
      ...entry,
    })),
  );
  for (const some of inParts(rows)) await trx.insertInto('return_events').values(some).execute();
}

/** Terms are only added: a return is still found by an item that it had once. */
async function saveTerms(trx: Transaction<Tables>, saved: readonly Saved[]): Promise<void> {
  const rows = saved.flatMap(({ before, facts, createdAt }) => {
    const terms = termsOf(facts);
    if (isDeepStrictEqual(terms, termsOf(before))) return [];
    const { merchant, loopReturnId } = facts;
    return terms.map((term) => ({ merchant, loop_return_id: loopReturnId, term, created_at: createdAt }));
  });
  for (const some of inParts(rows)) {
    await trx
      .insertInto('return_terms')
      .values(some)
      .onConflict((conflict) => conflict.columns(['merchant', 'loop_return_id', 'term']).doNothing())
      .execute();
  }
}

function rowOf(facts: Return, timelineLength: number, now: Date): Insertable<ReturnsTable> {
  const { status, reason } = statusOf(facts);
  return {
    merchant: facts.merchant,
    loop_return_id: facts.loopReturnId,
    status,
    reason,
    order_name: facts.loop?.orderName ?? null,
    tracking_number: ownTrackingNumber(facts),
    loop: json(facts.loop),
    wanted: json(facts.wanted),
    sent: json(facts.sent),
    asked: json(facts.asked),
    stage: facts.stage,
    receipt: json(facts.receipt),
    problem: json(facts.problem),
    labels: JSON.stringify(facts.labels),
    destination: json(facts.destination),
    dispositions: facts.dispositions,
    timeline_length: timelineLength,
    created_at: now,
    updated_at: now,
  };
}

function outcomeRow(facts: Return, decided: Outcome, now: Date): Insertable<OutcomesTable> {
  const sent = 'message' in decided ? decided : null;
  return {
    merchant: facts.merchant,
    loop_return_id: facts.loopReturnId,
    kind: decided.kind,
    why: decided.why,
    note: sent?.note ?? null,
    message: sent?.message ?? null,
    note_state: sent?.noteState ?? null,
    decided_at: now,
  };
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
