import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { OutcomesTable, ReturnsTable } from '../database/tables.ts';
import { loopFacts, toldDestination, toldLabel } from '../returns/loop-facts.ts';
import { receiptPolicy } from '../returns/policy.ts';
import {
  askStates,
  dispositionStates,
  type Outcome,
  outcome,
  problem,
  type Return,
  receipt,
  receiptDates,
  rma,
  rmaOrigins,
  wait,
  wantedRma,
  warehouseStages,
} from '../returns/return.ts';

const storedFacts = z.object({
  loop: loopFacts.nullable(),
  wanted: wantedRma.nullable(),
  sent: rma.nullable(),
  confirmed: rma.nullable(),
  rma_origin: z.enum(rmaOrigins),
  stage: z.enum(warehouseStages),
  receipts: z.array(receipt),
  sent_policy: receiptPolicy.nullable(),
  confirmed_policy: receiptPolicy.nullable(),
  wait: wait.nullable(),
  asked_again: z.enum(askStates),
  receipt_unread: z.string().nullable(),
  receipt_unread_as_of: receiptDates.nullable(),
  problem: problem.nullable(),
  labels: z.array(toldLabel),
  destination: toldDestination.nullable(),
  dispositions: z.enum(dispositionStates),
});

/** A return's facts out of its row and that of its outcome. */
export function readFacts(
  row: Selectable<ReturnsTable>,
  outcomeRow: Selectable<OutcomesTable> | undefined,
): Return {
  const {
    rma_origin: rmaOrigin,
    receipt_unread: receiptUnread,
    receipt_unread_as_of: receiptUnreadAsOf,
    asked_again: askedAgain,
    sent_policy: sentPolicy,
    confirmed_policy: confirmedPolicy,
    ...facts
  } = storedFacts.parse(row);
  return {
    merchant: row.merchant,
    loopReturnId: row.loop_return_id,
    rmaNumber: row.rma_number,
    ...facts,
    rmaOrigin,
    receiptUnread,
    receiptUnreadAsOf,
    askedAgain,
    sentPolicy,
    confirmedPolicy,
    outcome: outcomeRow === undefined ? null : readOutcome(outcomeRow),
  };
}

function readOutcome(row: Selectable<OutcomesTable>): Outcome {
  return outcome.parse({ ...row, noteState: row.note_state });
}
