import { causeOf } from '../returns/cause.ts';
import { differenceOf } from '../returns/difference.ts';
import type { Milestones } from '../returns/milestones.ts';
import { ownTrackingNumber } from '../returns/package.ts';
import type { Outcome, Return } from '../returns/return.ts';
import { statusOf } from '../returns/status.ts';
import { milestoneColumns, milestonesRow } from './milestones.ts';

/** A return as the rows that keep it, and the types of their columns. */

export const changingColumns = {
  status: 'text',
  reason: 'text',
  order_name: 'text',
  tracking_number: 'text',
  loop: 'jsonb',
  wanted: 'jsonb',
  sent: 'jsonb',
  confirmed: 'jsonb',
  rma_origin: 'text',
  stage: 'text',
  receipts: 'jsonb',
  receipt_unread: 'text',
  receipt_unread_as_of: 'jsonb',
  sent_policy: 'jsonb',
  confirmed_policy: 'jsonb',
  wait: 'jsonb',
  asked_again: 'text',
  problem: 'jsonb',
  labels: 'jsonb',
  destination: 'jsonb',
  dispositions: 'text',
  timeline_length: 'integer',
  cause: 'text',
  decision: 'text',
  ...milestoneColumns,
  differs: 'text',
  updated_at: 'timestamptz',
};
export const returnColumns = {
  merchant: 'text',
  loop_return_id: 'text',
  rma_number: 'text',
  ...changingColumns,
  created_at: 'timestamptz',
};

export function returnRow(facts: Return, milestones: Milestones, timelineLength: number, now: Date) {
  const { status, reason } = statusOf(facts);
  return {
    merchant: facts.merchant,
    loop_return_id: facts.loopReturnId,
    rma_number: facts.rmaNumber,
    status,
    reason,
    order_name: facts.loop?.orderName ?? null,
    tracking_number: ownTrackingNumber(facts),
    loop: facts.loop,
    wanted: facts.wanted,
    sent: facts.sent,
    confirmed: facts.confirmed,
    rma_origin: facts.rmaOrigin,
    stage: facts.stage,
    receipts: facts.receipts,
    receipt_unread: facts.receiptUnread,
    receipt_unread_as_of: facts.receiptUnreadAsOf,
    sent_policy: facts.sentPolicy,
    confirmed_policy: facts.confirmedPolicy,
    wait: facts.wait,
    asked_again: facts.askedAgain,
    problem: facts.problem,
    labels: facts.labels,
    destination: facts.destination,
    dispositions: facts.dispositions,
    timeline_length: timelineLength,
    cause: causeOf(facts),
    decision: facts.outcome?.kind ?? null,
    ...milestonesRow(milestones),
    differs: differenceOf(facts),
    created_at: now,
    updated_at: now,
  };
}

export const outcomeColumns = {
  merchant: 'text',
  loop_return_id: 'text',
  kind: 'text',
  why: 'text',
  note: 'text',
  message: 'text',
  note_state: 'text',
  decided_at: 'timestamptz',
};

export function outcomeRow(facts: Return, decided: Outcome, now: Date) {
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

export const eventColumns = {
  merchant: 'text',
  loop_return_id: 'text',
  position: 'integer',
  at: 'timestamptz',
  event: 'text',
  detail: 'text',
  delivery: 'text',
};

export const termColumns = {
  merchant: 'text',
  loop_return_id: 'text',
  term: 'text',
  created_at: 'timestamptz',
};
