import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import type { LoopReturnEvent, ReturnEvent } from './events.ts';
import type { LoopFacts, LoopState, Receipt, Return, SentOutcome, Step } from './return.ts';
import { wantedRma } from './rma.ts';

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
      return recordReceipt(facts, event.receipt);
    case 'rmaSent':
      return noted({ ...facts, sent: event.rma }, 'rma.sent', describeRma(event.rma));
    case 'rmaAccepted':
      return noted(
        { ...facts, sent: event.rma, asked: event.rma },
        `rma.${event.how}`,
        describeRma(event.rma),
      );
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
    case 'stepFailed':
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
  const trackingNumber = facts.trackingNumber ?? event.trackingNumbers[0] ?? null;
  const after = { ...facts, loop: event.facts, trackingNumber };
  return noted(withWanted(settleEnded(after), merchant), event.trigger, describeLoop(event.facts));
}

/** Loop's own dates decide; where they are equal or missing, a return that has ended is not opened again. */
function isOlder(next: LoopFacts, known: LoopFacts): boolean {
  if (next.changedAt !== null && known.changedAt !== null && next.changedAt !== known.changedAt) {
    return next.changedAt < known.changedAt;
  }
  return hasEnded(known.state) && !hasEnded(next.state);
}

function hasEnded(state: LoopState): boolean {
  return state === 'closed' || state === 'cancelled' || state === 'expired';
}

/** A message that is still on its way, or has failed, has lost its object once Loop has ended the return. */
function settleEnded(facts: Return): Return {
  const { loop, outcome, problem } = facts;
  if (loop === null || !hasEnded(loop.state) || outcome === null || !('message' in outcome)) return facts;
  const isAccepted = outcome.message === 'accepted' && problem?.step !== 'message';
  if (isAccepted && (outcome.kind === 'flag' || loop.state === 'closed')) return facts;
  const lasting = problem?.step === null ? problem : null;
  if (outcome.kind === 'process' && loop.state === 'closed') {
    return withOutcome({ ...facts, problem: lasting }, { message: 'accepted' });
  }
  if (lasting !== null) return facts;
  const then = isAccepted
    ? 'so the process request that it had accepted will not be carried out'
    : `so the ${outcome.kind} message had no effect`;
  const why = `Loop says that the return is ${loop.state}, ${then}. The receipt: ${outcome.why} Decide with the merchant what becomes of it.`;
  return { ...facts, problem: { step: null, why } };
}

/** The RMA that Loop's facts ask for now. Once the warehouse has the parcel, it is too late to change it. */
function withWanted(facts: Return, merchant: Merchant): Return {
  if (facts.loop === null || (facts.stage === 'receiving' && facts.wanted !== null)) return facts;
  const wanted = wantedRma(facts.loopReturnId, facts.loop, facts.trackingNumber, merchant);
  return { ...facts, wanted };
}

function recordLabel(
  facts: Return,
  event: { trigger: string; trackingNumber: string | null },
  merchant: Merchant,
): Recorded {
  if (event.trackingNumber === null) return noted(facts, event.trigger, 'No tracking number yet.');
  const detail = `Tracking number ${event.trackingNumber}.`;
  if (facts.trackingNumber !== null) return noted(facts, event.trigger, detail);
  return noted(
    withWanted({ ...facts, trackingNumber: event.trackingNumber }, merchant),
    event.trigger,
    detail,
  );
}

function recordProcessingFailed(facts: Return, message: string | null): Recorded {
  const said = message ?? 'Loop gave no reason';
  if (facts.outcome?.kind !== 'process' || facts.loop?.state === 'closed') {
    return noted(facts, 'return.processing.failed', said);
  }
  const why = `Loop could not process the return: ${said}. Open the return in Loop's admin, solve it there, and process it there or retry here.`;
  return failed(facts, 'return.processing.failed', 'message', why);
}

function recordReceipt(facts: Return, receipt: Receipt): Recorded {
  // A receipt proves that the RMA on the wire arrived, also where its answer was lost.
  const received: Return = { ...facts, receipt, stage: 'receiving', asked: facts.asked ?? facts.sent };
  if (facts.receipt === null) return noted(received, 'receipt', describeReceipt(receipt));
  if (isSameReceipt(facts.receipt, receipt)) return noted(facts, 'receipt', 'The same receipt again.');
  const detail = `A receipt that differs from the first: ${describeReceipt(receipt)}`;
  if (facts.outcome === null) return noted(received, 'receipt.changed', detail);
  const why = `The warehouse changed its receipt after it had been acted upon. Now: ${describeReceipt(receipt)} Nothing more was sent to Loop; check the return there.`;
  return {
    after: { ...facts, problem: { step: null, why } },
    timeline: [{ event: 'receipt.changed', detail }],
  };
}

/** The order of lines, and of the units in a line, says nothing. */
function isSameReceipt(one: Receipt, other: Receipt): boolean {
  const inOrder = (receipt: Receipt) =>
    receipt.lines
      .map(({ sku, onRma, counted, received }) => {
        const parts = received.map((part) => JSON.stringify([part.disposition, part.units, part.note]));
        return JSON.stringify([sku, onRma, counted, parts.sort()]);
      })
      .sort();
  return one.note === other.note && isDeepStrictEqual(inOrder(one), inOrder(other));
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
  if (facts.problem !== null) return facts.problem.step !== null;
  return facts.outcome === null && facts.wanted?.kind === 'impossible';
}

function recordRetry(facts: Return, merchant: Merchant): Recorded {
  if (!isRetryable(facts)) return noted(facts, 'retry', 'Nothing had failed that could be tried again.');
  const step = facts.problem?.step ?? null;
  const again = { ...facts, problem: null };
  const change = step === 'message' ? { message: 'due' as const } : { noteState: 'due' as const };
  const after = step === null || step === 'rma' ? withWanted(again, merchant) : withOutcome(again, change);
  return noted(after, 'retry', step === null ? 'rma' : step);
}

function describeLoop(loop: LoopFacts): string {
  const units = loop.items.reduce((sum, item) => sum + item.units, 0);
  const order = loop.orderName === null ? '' : `, order ${loop.orderName}`;
  return `${loop.state}${order}, ${units} ${units === 1 ? 'unit' : 'units'}`;
}

function describeRma(rma: { packageId: string; lines: readonly { sku: string; units: number }[] }): string {
  return `${rma.lines.map((line) => `${line.units} × ${line.sku}`).join(', ')}; package ${rma.packageId}`;
}

function describeReceipt(receipt: Receipt): string {
  const lines = receipt.lines.map((line) => {
    const units = line.received.filter((r) => r.units > 0).map((r) => `${r.units} ${r.disposition}`);
    return `${line.sku}: ${units.length === 0 ? 'nothing' : units.join(', ')}${line.onRma ? '' : ' (not on the RMA)'}`;
  });
  return lines.length === 0 ? 'No lines.' : `${lines.join('; ')}.`;
}
