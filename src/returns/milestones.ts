import { isDeepStrictEqual } from 'node:util';
import type { AgeingStage } from '../config/ageing.ts';
import { knownLabels } from './labels.ts';
import type { Return, Status } from './return.ts';
import { statusOf } from './status.ts';

/** Since when a return stands where it stands, and the moments of its life that reports count by. */
export interface Milestones {
  /** When it came into the status that it has. */
  readonly statusSince: Date;
  /** Null where it does not stand still: it is at its end, or a person has to look. */
  readonly ageing: { readonly stage: AgeingStage; readonly since: Date } | null;
  /** When the first parcel was first said to be at the warehouse. */
  readonly dockedAt: Date | null;
  /** When the warehouse first began to receive it. */
  readonly receivingAt: Date | null;
  /** When its first receipt came. */
  readonly receivedAt: Date | null;
  /** When it was decided what is sent to Loop, if anything. */
  readonly decidedAt: Date | null;
}

/** Those of a return of which nothing is known but its number. */
export function firstMilestones(now: Date): Milestones {
  return {
    statusSince: now,
    ageing: null,
    dockedAt: null,
    receivingAt: null,
    receivedAt: null,
    decidedAt: null,
  };
}

/**
 * The milestones of a return that was changed.
 * @param entries the lines that its timeline gains
 */
export function milestonesAfter(
  milestones: Milestones,
  before: Return,
  after: Return,
  entries: readonly { readonly event: string }[],
  now: Date,
): Milestones {
  const happened = (...events: readonly string[]) => entries.some(({ event }) => events.includes(event));
  const receivedAt = milestones.receivedAt ?? (after.receipts.length > 0 ? now : null);
  const receivingAt = milestones.receivingAt ?? (happened('warehouse.receivingStarted') ? now : null);
  const isDocked =
    happened('carrier.delivered', 'warehouse.onDock', 'warehouse.receivingStarted') ||
    isLabelDelivered(after);
  const dockedAt = milestones.dockedAt ?? (isDocked ? now : null);
  const [was, is] = [statusOf(before).status, statusOf(after).status];
  const stage = stageOf(after, is, receivingAt !== null, dockedAt !== null);
  const { ageing } = milestones;
  const stands = ageing !== null && ageing.stage === stage && hasNotMoved(ageing.stage, before, after);
  return {
    statusSince: was === is ? milestones.statusSince : now,
    ageing: stage === null ? null : stands ? ageing : { stage, since: now },
    dockedAt,
    receivingAt,
    receivedAt,
    decidedAt: milestones.decidedAt ?? (after.outcome === null ? null : now),
  };
}

function stageOf(facts: Return, status: Status, isBegun: boolean, isDocked: boolean): AgeingStage | null {
  // Its time begins once Loop has told of it.
  if (facts.loop === null) return null;
  switch (status) {
    case 'open':
      // Nothing is sent at the receipt any more, but the parcel is expected all the same.
      return isDocked ? 'dock' : 'label';
    case 'receiving':
      // Another parcel is waited for until a date of its own.
      if (facts.wait !== null) return null;
      return isBegun || facts.receipts.length > 0 ? 'receiving' : 'dock';
    case 'inspecting':
      return 'inspection';
    case 'processing':
      return 'processing';
    case 'flagged':
      return 'flagged';
    case 'pending':
    case 'received':
    case 'processed':
    case 'held':
    case 'cancelled':
    case 'attention':
      return null;
  }
}

/** A label that moves begins its time anew. */
function hasNotMoved(stage: AgeingStage, before: Return, after: Return): boolean {
  if (stage !== 'label') return true;
  const standings = (facts: Return) =>
    knownLabels(facts).map(({ trackingNumber, standing }) => ({ trackingNumber, standing }));
  return before.stage === after.stage && isDeepStrictEqual(standings(before), standings(after));
}

function isLabelDelivered(facts: Return): boolean {
  return knownLabels(facts).some(({ standing }) => standing === 'delivered');
}
