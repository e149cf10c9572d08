import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import { describeDestination, describeLoop, describeReceipt, describeRma } from './describe.ts';
import type { LabelEvent, LoopReturnEvent, ReceiptEvent, ReturnEvent } from './events.ts';
import { ownTrackingNumber } from './package.ts';
import type { LoopState, Receipt, Return, Rma, SentOutcome, Step, ToldLabel } from './return.ts';
import { wantedRma } from './rma.ts';
import { hasEnded, isOlder, withKnown } from './told.ts';
import { troubleOf } from './trouble.ts';
import { sentence } from './words.ts';

/** One line of a return's timeline, for people: nothing personal, nothing secret. */
export interface TimelineEntry {
  readonly event: string;
  readonly detail: string | null;
}

interface Recorded {
  readonly after: Return;
  readonly timeline: readonly TimelineEntry[];
}

/** Notes what an event says, without deciding anything: the facts after it, and its line in the timeline. */
export function record(facts: Return, event: ReturnEvent, merchant: Merchant): Recorded {
  switch (event.kind) {
    case 'loopReturn':
      return recordLoopReturn(facts, event, merchant);
    case 'label':
      return recordLabel(facts, event, merchant);
    case 'processingFailed':
      return recordProcessingFailed(facts, event.message);
    case 'carrier':
      return noted(facts, `carrier.${event.status}`, null);
    case 'receiving':
      return noted({ ...facts, stage: 'receiving' }, `warehouse.${event.stage}`, null);
    case 'receipt':
      return recordReceipt(facts, event);
    case 'rmaSent':
      return recordSent(facts, event.rma);
    case 'rmaAccepted':
      return noted(
        { ...facts, sent: event.rma, asked: event.rma },
        `rma.${event.how}`,
        describeRma(event.rma),
      );
    case 'rmaDeleteSent':
      return recordDeleteSent(facts);
    case 'rmaDeleted':
      return noted({ ...facts, sent: null, asked: null }, 'rma.deleted', null);
    case 'rmaRefused':
      return failed(facts, 'rma.refused', 'rma', event.why);
    case 'messageAccepted':
      return recordMessageAccepted(facts);
    case 'messageRefused':
      return recordMessageRefused(facts, event.why, event.state);
    case 'noteAdded':
      return noted(withOutcome(facts, { noteState: 'added' }), 'note.added', noteOf(facts));
    case 'noteRefused':
      return failed(withOutcome(facts, { noteState: 'refused' }), 'note.refused', 'note', event.why);
    case 'stateTold':
      return recordStateTold(facts, event.state);
    case 'destinationTold':
      return noted(
        withWanted({ ...facts, destination: event.destination }, merchant),
        'destination.told',
        describeDestination(event.destination),
      );
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

function noted(after: Return, event: string, detail: string | null): Recorded {
  return { after, timeline: [{ event, detail }] };
}

function failed(facts: Return, event: string, step: Step, why: string): Recorded {
  // What only a person can settle is not made retryable by what goes wrong after it.
  if (facts.problem?.step === null) return noted(facts, event, why);
  return { after: { ...facts, problem: { step, why } }, timeline: [{ event, detail: null }] };
}

function withOutcome(facts: Return, change: Partial<Pick<SentOutcome, 'message' | 'noteState'>>): Return {
  if (facts.outcome === null || !('message' in facts.outcome)) return facts;
  return { ...facts, outcome: { ...facts.outcome, ...change } };
}

function noteOf(facts: Return): string | null {
  return facts.outcome !== null && 'note' in facts.outcome ? facts.outcome.note : null;
}

function recordLoopReturn(facts: Return, event: LoopReturnEvent, merchant: Merchant): Recorded {
  if (facts.loop !== null && isOlder(event.facts, facts.loop)) {
    return noted(
      facts,
      event.trigger,
      'Came late: Loop had already told something newer, so nothing changed.',
    );
  }
  const loop = withKnown(event, facts.loop);
  const after = withoutOldRmaProblem(facts, withWanted(settleClosed({ ...facts, loop }), merchant));
  const change = changeWhileReceiving(facts, after);
  const timeline = [{ event: event.trigger, detail: describeLoop(event.facts, after) }];
  return {
    after,
    timeline: change === null ? timeline : [...timeline, { event: 'return.changed', detail: change }],
  };
}

/** What MasonHub refused is of the past once Loop's facts ask for another RMA, or for none. */
function withoutOldRmaProblem(before: Return, after: Return): Return {
  const isOld = after.problem?.step === 'rma' && !isDeepStrictEqual(before.wanted, after.wanted);
  return isOld ? { ...after, problem: null } : after;
}

/** Once the warehouse has the parcel, its RMA stays as it is: a change in Loop is only written down. */
function changeWhileReceiving(before: Return, after: Return): string | null {
  if (after.stage !== 'receiving' || after.asked === null || after.receipt !== null) return null;
  if (after.wanted?.kind !== 'rma' || isDeepStrictEqual(before.wanted, after.wanted)) return null;
  if (isDeepStrictEqual(after.asked.lines, after.wanted.rma.lines)) return null;
  return `The warehouse has the parcel already, so its RMA stays ${describeRma(after.asked)}; Loop now has ${describeRma(after.wanted.rma)}.`;
}

/** A process request has had its effect once Loop has closed the return, whatever was heard of it before. */
function settleClosed(facts: Return): Return {
  const { loop, outcome, problem } = facts;
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
  const { trigger, trackingNumber, at } = event;
  if (trackingNumber === null) return noted(facts, trigger, 'No tracking number yet.');
  const detail = `Tracking number ${trackingNumber}.`;
  const labels = withLabel(facts.labels, { trackingNumber, at });
  const after = withoutOldRmaProblem(facts, withWanted({ ...facts, labels }, merchant));
  const isPackage = ownTrackingNumber(after) === trackingNumber;
  const beside = `${detail} The RMA keeps the package id of the first label.`;
  return noted(after, trigger, isPackage ? detail : beside);
}

/** A label that is told twice is as old as the first that was told of it, in whatever order they come. */
function withLabel(labels: readonly ToldLabel[], told: ToldLabel): readonly ToldLabel[] {
  const known = labels.find((label) => label.trackingNumber === told.trackingNumber);
  if (known === undefined) return labels.length < mostLabels ? [...labels, told] : labels;
  const at = known.at === null || told.at === null || known.at < told.at ? known.at : told.at;
  return labels.map((label) => (label === known ? { ...known, at: told.at === null ? null : at } : label));
}

function recordProcessingFailed(facts: Return, message: string | null): Recorded {
  const said = message ?? 'Loop gave no reason';
  if (facts.outcome?.kind !== 'process' || facts.loop?.state === 'closed') {
    return noted(facts, 'return.processing.failed', said);
  }
  const why = `Loop could not process the return: ${sentence(said)} Open the return in Loop's admin, solve it there, and process it there or retry here.`;
  return failed(facts, 'return.processing.failed', 'message', why);
}

function recordReceipt(facts: Return, { receipt, trigger }: ReceiptEvent): Recorded {
  if (trigger === 'receipt.pulled' && facts.receipt !== null) return { after: facts, timeline: [] };
  // A receipt proves that the RMA on the wire arrived, also where its answer was lost.
  const received: Return = { ...facts, receipt, stage: 'receiving', asked: facts.asked ?? facts.sent };
  if (facts.receipt === null) return noted(received, trigger, describeReceipt(receipt));
  if (isSameReceipt(facts.receipt, receipt)) return noted(facts, trigger, 'The same receipt again.');
  const detail = `A receipt that differs from the first: ${describeReceipt(receipt)}`;
  const why = `The warehouse sent two receipts that differ. First: ${sentence(describeReceipt(facts.receipt))} Then: ${sentence(describeReceipt(receipt))} Nothing more was sent to Loop; ask the warehouse which one holds, and check the return in Loop.`;
  return {
    after: { ...facts, problem: { step: null, why } },
    timeline: [{ event: 'receipt.changed', detail }],
  };
}

/** What counts is which units came and how; the order of lines, and the warehouse's words, do not. */
function isSameReceipt(one: Receipt, other: Receipt): boolean {
  const inOrder = (receipt: Receipt) =>
    receipt.lines
      .map(({ sku, onRma, counted, received }) => {
        const parts = received.map((part) => JSON.stringify([part.disposition, part.units]));
        return JSON.stringify([sku, onRma, counted, parts.sort()]);
      })
      .sort();
  return isDeepStrictEqual(inOrder(one), inOrder(other));
}

/** Sent again because no answer came: the timeline says so once. */
function recordSent(facts: Return, rma: Rma): Recorded {
  if (isDeepStrictEqual(facts.sent, rma)) return { after: facts, timeline: [] };
  return noted({ ...facts, sent: rma }, 'rma.sent', describeRma(rma));
}

/** Until it is answered nobody knows whether MasonHub still holds the RMA. The timeline says it once, too. */
function recordDeleteSent(facts: Return): Recorded {
  if (facts.sent !== null && facts.asked === null) return { after: facts, timeline: [] };
  return noted({ ...facts, asked: null }, 'rma.deleting', null);
}

function recordMessageAccepted(facts: Return): Recorded {
  const event = facts.outcome?.kind === 'flag' ? 'flag.accepted' : 'process.accepted';
  return noted(withOutcome(facts, { message: 'accepted' }), event, null);
}

function recordMessageRefused(facts: Return, why: string, state: LoopState | null): Recorded {
  const kind = facts.outcome?.kind ?? 'message';
  const loop = facts.loop !== null && state !== null ? { ...facts.loop, state } : facts.loop;
  if (kind === 'process' && state === 'closed') {
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
  const step = facts.problem?.step ?? null;
  return noted(retryStep({ ...facts, problem: null }, step, merchant), 'retry', step ?? 'rma');
}

function retryStep(facts: Return, step: Step | null, merchant: Merchant): Return {
  switch (step) {
    case 'message':
      return withOutcome(facts, { message: 'due' });
    case 'note':
      return withOutcome(facts, { noteState: 'due' });
    case 'closing':
    case 'dispositions':
      return facts;
    case 'destination':
    case 'rma':
    case null:
      // Where its answer was of no use, Loop is asked again: somebody may have corrected the return there.
      return withWanted(
        facts.wanted?.kind === 'impossible' ? { ...facts, destination: null } : facts,
        merchant,
      );
  }
}

/** What Loop's details say while a process request is queued: only an end of the return is news. */
function recordStateTold(facts: Return, state: LoopState): Recorded {
  if (facts.loop === null || !hasEnded(state)) return { after: facts, timeline: [] };
  const after = settleClosed({ ...facts, loop: { ...facts.loop, state } });
  return noted(after, `details.${state}`, null);
}
