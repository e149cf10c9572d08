import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import type { ReturnEvent } from './events.ts';
import { itemsOnNoLabel } from './labels.ts';
import { besideRefundNote, describeVerdict, flagNote } from './notes.ts';
import { judge, type Verdict } from './receipt.ts';
import { record, type TimelineEntry } from './record.ts';
import { isRmaFixed, type Outcome, type Receipt, type Return, type Rma, type Step } from './return.ts';
import { statusOf } from './status.ts';
import { troubleOf, whatLoopChanged } from './trouble.ts';

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

/** @param merchant whose settings decide: refunds, reasons, and what MasonHub is told */
export function apply(before: Return, event: ReturnEvent, merchant: Merchant): Transition {
  const recorded = record(before, event, merchant);
  const after = decide(recorded.after, merchant);
  const timeline = [...recorded.timeline];
  if (before.outcome === null && after.outcome !== null) {
    timeline.push({ event: `decided.${after.outcome.kind}`, detail: after.outcome.why });
  }
  const { status, reason } = statusOf(after);
  if (status === 'attention' && reason !== statusOf(before).reason) {
    timeline.push({ event: 'attention', detail: reason });
  }
  const wasDue = dueSteps(before);
  const steps = dueSteps(after).filter((step) => stepEndedBy(event) === step || !wasDue.includes(step));
  return { after, timeline, steps };
}

/** The steps that the facts call for now. A problem stops them all until a person has looked. */
export function dueSteps(facts: Return): Step[] {
  // What became of each item is worth reporting also where something else went wrong.
  const due: Step[] = facts.dispositions === 'due' ? ['dispositions'] : [];
  if (facts.receiptUnread !== null && facts.problem === null) due.push('receipt');
  if (troubleOf(facts) !== null) return due;
  if (isLoopToBeAsked(facts)) due.push('details');
  else if (facts.wanted?.kind === 'unknown' && facts.destination === null) due.push('destination');
  if (rmaTask(facts) !== 'none') due.push('rma');
  const { outcome } = facts;
  if (outcome !== null && 'message' in outcome) {
    const mustWait = outcome.kind === 'process' && isLoopToBeAsked(facts);
    if (outcome.message === 'due' && !mustWait) due.push('message');
    if (outcome.message === 'accepted' && outcome.noteState === 'due') due.push('note');
    if (outcome.kind === 'process' && outcome.message === 'accepted' && !isClosed(facts)) due.push('closing');
  }
  return due;
}

/** Loop has told something that was not understood, and no money moves before it is. */
function isLoopToBeAsked({ loop, outcome }: Return): boolean {
  if (loop === null) return false;
  const movesMoney = outcome?.kind === 'process' && outcome.message === 'due';
  return loop.unread !== null || (loop.state === 'unknown' && movesMoney);
}

export type RmaTask = 'create' | 'replace' | 'delete' | 'none';

/** What MasonHub has to be told so that it holds the RMA that is wanted. */
export function rmaTask(facts: Return): RmaTask {
  const { wanted, asked, sent } = facts;
  if (wanted === null || wanted.kind === 'impossible' || wanted.kind === 'unknown') return 'none';
  if (wanted.kind === 'none') return sent === null || facts.stage !== 'expected' ? 'none' : 'delete';
  if (asked === null) return 'create';
  // What was put on the wire last and never answered may be what MasonHub holds instead.
  const isHeld = isDeepStrictEqual(asked, wanted.rma) && isDeepStrictEqual(sent, wanted.rma);
  return isRmaFixed(facts) || isHeld ? 'none' : 'replace';
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
    case 'loopReturn':
      return event.trigger === 'details.told' ? 'details' : null;
    default:
      return null;
  }
}

/** Decides once, as soon as both the receipt and what was asked for are known. */
function decide(facts: Return, merchant: Merchant): Return {
  if (facts.outcome !== null || facts.problem !== null) return facts;
  // The status says so where the warehouse has the parcel of such a return; it can be opened again.
  if (facts.wanted?.kind === 'none') return facts;
  if (facts.receipt === null || facts.receiptUnread !== null || facts.asked === null) return facts;
  const dispositions = merchant.dispositions ? 'due' : 'none';
  const verdict = judgeAll(facts.asked, facts.sent ?? facts.asked, facts.receipt);
  // Loop is asked for what was not understood; until it answers, nothing speaks for a refund.
  if (verdict.kind === 'refundable' && facts.loop !== null && facts.loop.unread !== null) return facts;
  if (isClosed(facts)) return decideClosed({ ...facts, dispositions }, verdict);
  const change = whatLoopChanged(facts, facts.asked, facts.receipt);
  if (verdict.kind === 'refundable' && change !== null) {
    return { ...facts, dispositions, outcome: flagOf(change.why, change.note) };
  }
  return { ...facts, dispositions, outcome: decideOpen(facts, withExtrasOfNow(verdict, facts), merchant) };
}

/** What Loop has taken off the return since its RMA was fixed came all the same, and is an extra by now. */
function withExtrasOfNow(verdict: Verdict, { wanted, receipt }: Return): Verdict {
  if (verdict.kind === 'exception' || wanted?.kind !== 'rma' || receipt === null) return verdict;
  return { ...verdict, extras: judge(wanted.rma, receipt).extras };
}

/** While a replaced RMA is not answered, either may be the one that was received: both must be fulfilled. */
function judgeAll(asked: Rma, sent: Rma, receipt: Receipt): Verdict {
  const verdict = judge(sent, receipt);
  return verdict.kind === 'exception' ? verdict : judge(asked, receipt);
}

function isClosed(facts: Return): boolean {
  return facts.loop?.state === 'closed';
}

function flagOf(why: string, note: string): Outcome {
  return { kind: 'flag', why, note, message: 'due', noteState: 'due' };
}

function decideOpen(facts: Return, verdict: Verdict, merchant: Merchant): Outcome {
  if (verdict.kind === 'exception') {
    const explained = explainMissing(verdict, facts);
    return flagOf(describeVerdict(explained), flagNote(explained));
  }
  const good = 'Every unit of the RMA was received into available';
  const { leftOut, kept } = facts.wanted?.kind === 'rma' ? facts.wanted : { leftOut: 0, kept: 0 };
  const also = [
    ...(verdict.extras.length > 0 ? [describeVerdict(verdict)] : []),
    ...(leftOut > 0 ? [`${leftOut} without a usable SKU, which the warehouse did not check`] : []),
    ...(kept > 0 ? [`${kept} on no label, which the warehouse did not expect`] : []),
  ];
  const extras = also.map((text) => `; ${text}`).join('');
  if (!merchant.refunds) {
    const why = `${good}${extras}. Refund messages are not enabled for this merchant, so nothing was sent.`;
    return { kind: 'hold', why };
  }
  const note = besideRefundNote(verdict, leftOut, kept);
  const noteState = note === null ? 'none' : 'due';
  return { kind: 'process', why: `${good}${extras}.`, note, message: 'due', noteState };
}

/** An item that is on no label may have stayed with the shopper. Nobody but the merchant can know. */
function explainMissing(verdict: Verdict, facts: Return): Verdict {
  const skus = new Set(itemsOnNoLabel(facts).map((item) => item.sku));
  const findings = verdict.findings.map((finding) =>
    finding.disposition === 'missing' && skus.has(finding.sku)
      ? { ...finding, aside: 'on no label: kept by the shopper?' }
      : finding,
  );
  return { ...verdict, findings };
}

/** Loop closed the return before the receipt: whatever was found, no message is sent for it any more. */
function decideClosed(facts: Return, verdict: Verdict): Return {
  const outcome: Outcome = {
    kind: 'none',
    why: 'Loop had closed the return before the warehouse received it, so nothing was sent.',
  };
  if (verdict.kind === 'refundable') return { ...facts, outcome };
  const why = `Loop closed the return before the warehouse received it, and then the receipt showed: ${describeVerdict(verdict)}. Nothing was sent; tell the merchant, who may have refunded already.`;
  return { ...facts, outcome, problem: { step: null, why } };
}
