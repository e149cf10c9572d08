import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import { describeDestination, describeLoop, describeRma } from './describe.ts';
import type { LabelEvent, LoopReturnEvent, ReturnEvent } from './events.ts';
import { lastTold } from './labels.ts';
import { ownTrackingNumber } from './package.ts';
import { recordReceipt } from './record-receipt.ts';
import {
  isRmaFixed,
  type LoopFacts,
  type LoopState,
  type Return,
  type Rma,
  type Step,
  type ToldLabel,
  type Wait,
} from './return.ts';
import { wantedRma } from './rma.ts';
import { stepTable, withOutcome } from './steps.ts';
import type { TimelineEntry, TimelineEvent } from './timeline.ts';
import { isOlder, withKnown, withKnownState, withLate } from './told.ts';
import { troubleOf } from './trouble.ts';
import { sentence } from './words.ts';

export interface Recorded {
  readonly after: Return;
  readonly timeline: readonly TimelineEntry[];
}

/** Notes what an event says, without deciding anything: the facts after it, and its line in the timeline. */
export function record(facts: Return, event: ReturnEvent, merchant: Merchant): Recorded {
  switch (event.kind) {
    case 'loopReturn':
      return recordLoopReturn(facts, withKnownState(event, facts.loop), merchant);
    case 'label':
      return recordLabel(facts, event, merchant);
    case 'processingFailed':
      return recordProcessingFailed(facts, event.message);
    case 'carrier':
      return noted(facts, `carrier.${event.status}`, null);
    case 'receiving':
      return noted(withParcel({ ...facts, stage: 'receiving' }, merchant), `warehouse.${event.stage}`, null);
    case 'receipt':
      return recordReceipt(facts, event, (received) => withParcel(received, merchant));
    case 'receiptUnread':
      return noted(
        withParcel({ ...facts, stage: 'receiving', receiptUnread: event.why }, merchant),
        'receipt.unread',
        event.why,
      );
    case 'rmaSent':
      return recordSent(facts, event.rma, merchant);
    case 'rmaAccepted':
      return recordAccepted(facts, event);
    case 'rmaDeleteSent':
      return recordDeleteSent(facts);
    case 'rmaDeleted':
      return noted(withoutRma(facts), 'rma.deleted', null);
    case 'rmaGone':
      return noted(withoutRma(facts), 'rma.gone', 'MasonHub has no such RMA any more.');
    case 'rmaFixed':
      return recordFixed(facts, event, merchant);
    case 'rmaRefused':
      return failed(facts, 'rma.refused', 'rma', event.why);
    case 'messageAccepted':
      return recordMessageAccepted(facts, event.stateWhenSent);
    case 'messageRefused':
      return recordMessageRefused(facts, event.why, event.state);
    case 'noteAdded':
      return noted(withOutcome(facts, { noteState: 'added' }), 'note.added', noteOf(facts));
    case 'noteRefused':
      return failed(withOutcome(facts, { noteState: 'refused' }), 'note.refused', 'note', event.why);
    case 'stateTold':
      return recordStateTold(facts, event);
    case 'destinationTold':
      return noted(
        withWanted({ ...facts, destination: event.destination }, merchant),
        'destination.told',
        describeDestination(event.destination),
      );
    case 'waitOver':
      return recordWaitOver(facts, event.for);
    case 'dispositionsReported':
      return noted(
        { ...facts, dispositions: 'reported' },
        'dispositions.reported',
        `${event.count} line items`,
      );
    case 'dispositionsFailed':
      return noted({ ...facts, dispositions: 'failed' }, 'dispositions.failed', event.why);
    case 'stepFailed':
      // What became of the items is a service beside the refund or flag, which does not wait for it.
      if (event.step === 'dispositions') {
        return noted({ ...facts, dispositions: 'failed' }, 'dispositions.failed', event.why);
      }
      return failed(facts, `${event.step}.failed`, event.step, event.why);
    case 'retryRequested':
      return recordRetry(facts, merchant);
  }
}

function noted(after: Return, event: TimelineEvent, detail: string | null): Recorded {
  return { after, timeline: [{ event, detail }] };
}

function failed(facts: Return, event: TimelineEvent, step: Step, why: string): Recorded {
  // What only a person can settle is not made retryable by what goes wrong after it.
  if (facts.problem?.step === null) return noted(facts, event, why);
  return { after: { ...facts, problem: { step, why } }, timeline: [{ event, detail: null }] };
}

function noteOf(facts: Return): string | null {
  return facts.outcome !== null && 'note' in facts.outcome ? facts.outcome.note : null;
}

function recordLoopReturn(facts: Return, event: LoopReturnEvent, merchant: Merchant): Recorded {
  if (facts.loop !== null && isOlder(event.facts, facts.loop)) {
    return recordLate({ ...facts, loop: facts.loop }, event, merchant);
  }
  const loop = withKnown(event, facts.loop);
  const told = reviewAfterProcess(facts, settleClosed({ ...facts, loop }));
  const after = withoutOldProblems(facts, withWanted(told, merchant));
  if (event.heardBy === 'answer' && isSameButDates(facts, after)) return { after, timeline: [] };
  const change = changeOfFixedRma(facts, after);
  const timeline = [{ event: event.trigger, detail: describeLoop(event.facts, after) }];
  return {
    after,
    timeline: change === null ? timeline : [...timeline, { event: 'return.changed', detail: change }],
  };
}

function recordLate(
  facts: Return & { readonly loop: LoopFacts },
  event: LoopReturnEvent,
  merchant: Merchant,
): Recorded {
  const late = 'Came late: Loop had already told something newer, so';
  const loop = withLate(event.facts, facts.loop);
  if (isDeepStrictEqual(loop, facts.loop)) return noted(facts, event.trigger, `${late} nothing changed.`);
  const after = withoutOldProblems(facts, withWanted({ ...facts, loop }, merchant));
  return noted(after, event.trigger, `${late} it only adds that the return was open once, or a label.`);
}

/** Loop was asked, and had nothing new to tell. */
function isSameButDates(before: Return, after: Return): boolean {
  const dates = { editedAt: null, updatedAt: null };
  const without = (facts: Return) => ({ ...facts, loop: facts.loop && { ...facts.loop, ...dates } });
  return isDeepStrictEqual(without(before), without(after));
}

/**
 * What MasonHub refused is of the past once Loop's facts ask for another RMA, or for none; and what Loop could
 * not be asked for is, once Loop has told it.
 */
function withoutOldProblems(before: Return, after: Return): Return {
  const step = after.problem?.step;
  const isRmaOld = step === 'rma' && !isDeepStrictEqual(before.wanted, after.wanted);
  const isTold = step === 'details' && after.loop?.unread === null && after.loop.state !== 'unknown';
  return isRmaOld || isTold ? { ...after, problem: null } : after;
}

/**
 * Loop can put a return into review after it has accepted to process it. Until a person has solved what
 * stands against it there, nothing is refunded.
 */
function reviewAfterProcess(before: Return, after: Return): Return {
  const isAccepted = after.outcome?.kind === 'process' && after.outcome.message === 'accepted';
  const isNew = before.loop?.state !== 'review' && after.loop?.state === 'review';
  return isAccepted && isNew && after.problem === null
    ? { ...after, problem: { step: 'message', why: reviewedMeanwhile } }
    : after;
}

const reviewedMeanwhile =
  "Loop accepted the request to process the return and then put it into Needs Review instead, so the shopper has nothing yet: an exchange item can be out of stock, or there is no money for the refund. Open the return in Loop's admin, solve it there, and process it there or retry here.";

/** A parcel has been seen, also of a return that seemed to have none. */
function withParcel(facts: Return, merchant: Merchant): Return {
  const seemedToHaveNone = facts.wanted?.kind === 'none' && facts.wanted.endsAs === 'processed';
  return seemedToHaveNone ? withWanted(facts, merchant) : facts;
}

/**
 * MasonHub takes no change, because the parcel is on its way or here: what it holds is what the receipt is
 * held against, and a difference to what Loop has now is written down.
 */
function recordFixed(
  facts: Return,
  { task, stage, status }: Extract<ReturnEvent, { kind: 'rmaFixed' }>,
  merchant: Merchant,
): Recorded {
  const asked = facts.asked ?? facts.sent;
  // A carrier's word can come late: what has been seen at the warehouse does not move any more.
  const reached = facts.stage === 'receiving' ? facts.stage : stage;
  // What it did not take never was an RMA, and neither does the policy of then judge.
  const policy = facts.heldPolicy ?? facts.policy;
  const after = withParcel({ ...facts, stage: reached, asked, sent: asked, policy }, merchant);
  const said = `MasonHub could not ${task} the RMA, whose status is ${status}.`;
  return noted(after, 'rma.kept', [said, differenceToLoop(after) ?? ''].join(' ').trim());
}

/** Once the warehouse has the parcel, its RMA stays as it is: a change in Loop is only written down. */
function changeOfFixedRma(before: Return, after: Return): string | null {
  if (!isRmaFixed(after) || after.receipts.length > 0) return null;
  if (isDeepStrictEqual(before.wanted, after.wanted)) return null;
  const difference = differenceToLoop(after);
  return difference === null ? null : `The warehouse has the parcel already. ${difference}`;
}

function differenceToLoop({ asked, wanted }: Return): string | null {
  if (asked === null || wanted?.kind !== 'rma' || isDeepStrictEqual(asked.lines, wanted.rma.lines))
    return null;
  return `The RMA stays ${describeRma(asked)}; Loop now has ${describeRma(wanted.rma)}.`;
}

/** A process request has had its effect once Loop has closed the return, whatever was heard of it before. */
function settleClosed(facts: Return): Return {
  const { loop, outcome, problem } = facts;
  // Whatever came after the flag, the merchant has decided by now.
  if (loop?.state === 'closed' && outcome?.kind === 'flag' && problem?.step === null) {
    return { ...facts, problem: null };
  }
  if (loop?.state !== 'closed' || outcome?.kind !== 'process') return facts;
  const isOver = problem?.step === 'closing' || problem?.step === 'message' || outcome.message !== 'accepted';
  if (!isOver) return facts;
  return withOutcome({ ...facts, problem: problem?.step === null ? problem : null }, { message: 'accepted' });
}

/** The RMA that the facts ask for now. Whether it can still be changed is for the lifecycle to say. */
function withWanted(facts: Return, merchant: Merchant): Return {
  return { ...facts, wanted: wantedRma(facts, merchant) };
}

const mostLabels = 50;

function recordLabel(facts: Return, event: LabelEvent, merchant: Merchant): Recorded {
  const { trigger, trackingNumber, at, standing } = event;
  if (trackingNumber === null) return noted(facts, trigger, 'No tracking number yet.');
  const detail = `Tracking number ${trackingNumber}${standing === 'void' ? ', which is not used' : ''}.`;
  const labels = withLabel(facts.labels, { trackingNumber, at, standing, standingAt: at });
  const after = withoutOldProblems(facts, withWanted({ ...facts, labels }, merchant));
  const isPackage = standing === 'void' || ownTrackingNumber(after) === trackingNumber;
  const beside = `${detail} The RMA keeps the package id of the first label.`;
  return noted(after, trigger, isPackage ? detail : beside);
}

/** A label that is told twice is as old as the first that was told of it, in whatever order they come. */
function withLabel(labels: readonly ToldLabel[], told: ToldLabel): readonly ToldLabel[] {
  const known = labels.find((label) => label.trackingNumber === told.trackingNumber);
  if (known === undefined) return labels.length < mostLabels ? [...labels, told] : labels;
  const earliest = known.at === null || told.at === null || known.at < told.at ? known.at : told.at;
  const standings = [known, told].map((label) => ({ standing: label.standing, at: label.standingAt }));
  const { standing, at: standingAt } = standings.reduce(lastTold);
  const merged = { ...known, at: told.at === null ? null : earliest, standing, standingAt };
  return labels.map((label) => (label === known ? merged : label));
}

function recordProcessingFailed(facts: Return, message: string | null): Recorded {
  const said = message ?? 'Loop gave no reason';
  if (facts.outcome?.kind !== 'process' || facts.loop?.state === 'closed') {
    return noted(facts, 'return.processing.failed', said);
  }
  const why = `Loop could not process the return: ${sentence(said)} Open the return in Loop's admin, solve it there, and process it there or retry here.`;
  return failed(facts, 'return.processing.failed', 'message', why);
}

/** What was waited for has not come: the decision is made on what there is. */
function recordWaitOver(facts: Return, what: Wait['for']): Recorded {
  const { wait } = facts;
  if (wait === null || wait.for !== what || wait.isOver) return { after: facts, timeline: [] };
  return noted({ ...facts, wait: { ...wait, isOver: true } }, `waited.${what}`, `Since ${wait.since}.`);
}

/** Sent again because no answer came: the timeline says so once. */
function recordSent(facts: Return, rma: Rma, { receipts: policy }: Merchant): Recorded {
  const after = { ...facts, sent: rma, policy };
  if (isDeepStrictEqual(facts.sent, rma)) return { after, timeline: [] };
  return noted(after, 'rma.sent', describeRma(rma));
}

/** One that was found there may be from an earlier try, and then its policy is the earlier one as well. */
function recordAccepted(
  facts: Return,
  { rma, how }: Extract<ReturnEvent, { kind: 'rmaAccepted' }>,
): Recorded {
  const heldPolicy = how === 'adopted' ? (facts.heldPolicy ?? facts.policy) : facts.policy;
  return noted({ ...facts, sent: rma, asked: rma, heldPolicy }, `rma.${how}`, describeRma(rma));
}

function withoutRma(facts: Return): Return {
  return { ...facts, sent: null, asked: null, heldPolicy: null };
}

/** Until it is answered nobody knows whether MasonHub still holds the RMA. The timeline says it once, too. */
function recordDeleteSent(facts: Return): Recorded {
  if (facts.sent !== null && facts.asked === null) return { after: facts, timeline: [] };
  return noted({ ...facts, asked: null }, 'rma.deleting', null);
}

function recordMessageAccepted(facts: Return, stateWhenSent: LoopState | null): Recorded {
  const event = facts.outcome?.kind === 'flag' ? 'flag.accepted' : 'process.accepted';
  const after = withOutcome(facts, { message: 'accepted' });
  // That Loop put it into review can be told before its answer has come.
  const sent = { ...facts, loop: facts.loop && { ...facts.loop, state: stateWhenSent ?? facts.loop.state } };
  return noted(reviewAfterProcess(sent, after), event, null);
}

function recordMessageRefused(facts: Return, why: string, told: LoopState | null): Recorded {
  const kind = facts.outcome !== null && 'message' in facts.outcome ? facts.outcome.kind : 'message';
  const isClosed = facts.loop?.state === 'closed' || told === 'closed';
  const state: LoopState | null = isClosed ? 'closed' : told;
  const loop = facts.loop !== null && state !== null ? { ...facts.loop, state, stateWord: null } : facts.loop;
  if (kind === 'process' && isClosed) {
    return noted(withOutcome({ ...facts, loop }, { message: 'accepted' }), 'process.already', why);
  }
  const refused = withOutcome({ ...facts, loop }, { message: 'refused' });
  return failed(refused, `${kind}.refused`, 'message', why);
}

/** Whether a step has failed that another try could mend; some problems are only for a person to settle. */
export function isRetryable(facts: Return): boolean {
  const trouble = troubleOf(facts);
  if (trouble !== null) return trouble.step !== null;
  return facts.outcome === null && facts.wanted?.kind === 'impossible';
}

function recordRetry(facts: Return, merchant: Merchant): Recorded {
  if (!isRetryable(facts)) return noted(facts, 'retry', 'Nothing had failed that could be tried again.');
  const step = troubleOf(facts)?.step ?? 'rma';
  return noted(stepTable[step].retry({ ...facts, problem: null }, merchant), 'retry', step);
}

/** What Loop's details say, asked for: an end of the return, a review, or at last a state that is known here. */
function recordStateTold(
  facts: Return,
  { state, word }: Extract<ReturnEvent, { kind: 'stateTold' }>,
): Recorded {
  const { loop } = facts;
  if (loop === null || loop.state === 'closed' || state === loop.state) return { after: facts, timeline: [] };
  if (state === 'open' && loop.state !== 'unknown') return { after: facts, timeline: [] };
  const told = { ...facts, loop: { ...loop, state, stateWord: word } };
  const after = withoutOldProblems(facts, reviewAfterProcess(facts, settleClosed(told)));
  return noted(after, `details.${state}`, word);
}
