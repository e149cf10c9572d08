import type { Merchant } from '../config/merchants.ts';
import { decide } from './decide.ts';
import { describeWait } from './describe-wait.ts';
import type { ReturnEvent } from './events.ts';
import { isReceiptUnproven } from './own-parcel.ts';
import { describePolicy } from './policy.ts';
import { record } from './record.ts';
import { endOfWait, type Problem, type Return, type Step, stepOfWait, type Wait } from './return.ts';
import { policyOf } from './ruling.ts';
import { statusOf } from './status.ts';
import { stepNames, stepTable } from './steps.ts';
import type { TimelineEntry } from './timeline.ts';
import { hasEnded } from './told.ts';
import { troubleOf } from './trouble.ts';

/**
 * The heart: what an event does to a return. Pure: no clock, no network, no database.
 *
 *   (return, event) -> (return', what to write in its timeline, which steps to take)
 *
 * In three moves: `record` notes the fact, `decide` makes the one decision as soon as the facts allow
 * it, and `dueSteps` says what has to be carried to a vendor. Nothing depends on the order of events.
 */
export interface Transition {
  readonly after: Return;
  readonly timeline: readonly TimelineEntry[];
  readonly steps: readonly Step[];
}

/**
 * @param merchant whose settings decide: refunds, reasons, and what MasonHub is told
 * @param at when the event came
 */
export function apply(before: Return, event: ReturnEvent, merchant: Merchant, at: Date): Transition {
  const recorded = record(before, event, merchant);
  const after = decide(recorded.after, merchant, at);
  const timeline = [...recorded.timeline, ...whatWasDecided(before, after)];
  const { status, reason } = statusOf(after);
  if (status === 'attention' && reason !== statusOf(before).reason) {
    timeline.push({ event: 'attention', detail: reason });
  }
  const wasDue = dueSteps(before);
  const isNew = (step: Step) =>
    stepEndedBy(event) === step || !wasDue.includes(step) || isTakenAnew(before, event, after, step);
  const steps = dueSteps(after).filter(isNew);
  return { after, timeline, steps };
}

function whatWasDecided(before: Return, after: Return): TimelineEntry[] {
  const { outcome } = after;
  if (before.outcome === null && outcome !== null) {
    return [
      { event: `decided.${outcome.kind}`, detail: outcome.why },
      { event: 'decided.by', detail: describePolicy(policyOf(after)) },
    ];
  }
  const begun = waitBegun(before, after);
  return begun === null ? [] : [{ event: `waiting.${begun.for}`, detail: describeWait(after) }];
}

function waitBegun(before: Return, { wait }: Return): Wait | null {
  return wait?.for === before.wait?.for ? null : wait;
}

/** The steps that the facts call for now. What is amiss stops nearly all of them until a person has looked. */
export function dueSteps(facts: Return): Step[] {
  const trouble = troubleOf(facts);
  return stepNames.filter((step) => stepTable[step].isDue(facts) && !isStopped(facts, step, trouble));
}

/** What MasonHub would not take of an RMA says nothing against a flag, which calls a person as well. */
function isStopped({ outcome, loop }: Return, step: Step, trouble: Problem | null): boolean {
  if (trouble === null || !stepTable[step].stopsInTrouble) return false;
  // What has ended in Loop can be flagged no more; the note beside a flag that Loop has taken is still of use.
  const isFlagOpen = step === 'message' && !(loop !== null && hasEnded(loop.state));
  const isOfFlag = outcome?.kind === 'flag' && (isFlagOpen || step === 'note');
  return !(isOfFlag && trouble.step === 'rma');
}

/** How long a step that has become due waits before it is taken, in milliseconds. */
export function startsAfterMs({ wait }: Return, step: Step, now: Date): number {
  if (wait === null || stepOfWait[wait.for] !== step) return 0;
  return Math.max(0, endOfWait(wait).getTime() - now.getTime());
}

/**
 * Whether a step that was due before needs a job of its own all the same. The end of another wait has a time of its own,
 * though the same step may end both. Where a person asks for a retry, a message that has been stopped may have none.
 */
function isTakenAnew(before: Return, event: ReturnEvent, after: Return, step: Step): boolean {
  const begun = waitBegun(before, after);
  if (begun !== null && stepOfWait[begun.for] === step) return true;
  if (event.kind === 'retryRequested') return step === 'message' || step === 'note';
  // Who sends a receipt answers again: whose RMA it is can be asked for now, and not after the next try's delay.
  return step === 'rma' && !isReceiptUnproven(before) && isReceiptUnproven(after);
}

/** An answered step is due again if the facts have moved on while it was under way. */
function stepEndedBy(event: ReturnEvent): Step | null {
  switch (event.kind) {
    case 'rmaAccepted':
    case 'rmaDeleted':
    case 'rmaGone':
    case 'rmaFixed':
      return 'rma';
    case 'destinationTold':
      return 'destination';
    case 'stateTold':
      return 'details';
    case 'receipt':
      return event.trigger === 'receipt.pulled' ? 'receipt' : null;
    // Asked for several parcels, MasonHub may show of one that it is another return's.
    case 'parcelLeft':
      return 'receipt';
    case 'loopReturn':
      return event.trigger === 'details.told' ? 'details' : null;
    default:
      return null;
  }
}
