import type { Merchant } from '../config/merchants.ts';
import { explain } from './explain.ts';
import { besideRefundNote, describeVerdict, flagNote } from './notes.ts';
import { isReceiptOpen } from './open-receipt.ts';
import { isOwnReceived } from './own-parcel.ts';
import type { Verdict } from './receipt.ts';
import { isRefundDue, type Outcome, type Return, type Wait } from './return.ts';
import { uncheckedOf } from './rma.ts';
import { rmaTask } from './rma-task.ts';
import {
  policyOf,
  type Ruled,
  rule,
  ruleReceipts,
  verdictOf,
  verdictOfNext,
  verdictOfNow,
} from './ruling.ts';
import { whatLoopChanged } from './trouble.ts';

/**
 * The one decision of a return, made as soon as the facts allow it, and what is waited for until then.
 * @param at when the event came that the facts are of, since which something is waited for
 */
export function decide(facts: Return, merchant: Merchant, at: Date): Return {
  const { outcome, problem } = facts;
  if (outcome !== null) return askedBeforeRefund(facts);
  if (problem !== null && problem.step !== 'rma') return facts;
  // The status says so where the warehouse has the parcel of such a return; it can be opened again.
  if (facts.wanted?.kind === 'none' || facts.receiptUnread !== null) return facts;
  if (isDecidedWithoutMasonHub(facts)) return { ...facts, problem: null, outcome: decidedByMerchant };
  const ruled = ruleReceipts(facts);
  if (ruled === null || isToBeHeldAgainstAnother(facts)) return facts;
  // Loop is asked for what it did not say, or what was not understood; until it answers, nothing speaks for a refund.
  if (ruled.verdict.kind === 'refundable' && isLoopAsked(facts)) return facts;
  if (problem !== null) return despite(facts, ruled, merchant, at);
  return carryOut(facts, ruled, merchant, at);
}

/** What came after the decision can be an echo, which proves nothing: MasonHub is asked before the refund leaves. */
function askedBeforeRefund(facts: Return): Return {
  const verdict = isRefundDue(facts) && facts.problem === null ? verdictOf(facts) : null;
  const isAsked = verdict !== null && rule(facts, verdict).kind === 'ask';
  return isAsked ? { ...facts, askedAgain: 'due' } : facts;
}

/**
 * Where MasonHub would not change the RMA, a person looks, and what is wrong with what has come is flagged all the same.
 * Once the RMA itself is received, nobody can change it any more: what has come decides.
 */
function despite(facts: Return, ruled: Ruled, merchant: Merchant, at: Date): Return {
  const problem = rmaTask(facts) === 'none' ? null : facts.problem;
  if (problem !== null && ruled.verdict.kind !== 'exception') return facts;
  return carryOut({ ...facts, problem }, ruled, merchant, at);
}

/**
 * What has come without an RMA is held against what MasonHub is to hold by now, once it does; but what is wrong with it
 * by both is flagged at once.
 */
function isToBeHeldAgainstAnother(facts: Return): boolean {
  const next = rmaTask(facts) === 'replace' ? verdictOfNext(facts) : null;
  if (next === null) return false;
  return next.kind !== 'exception' || verdictOf(facts)?.kind !== 'exception';
}

function carryOut(
  facts: Return,
  { heldAgainst, verdict, ruling }: Ruled,
  merchant: Merchant,
  at: Date,
): Return {
  const policy = policyOf(facts);
  switch (ruling.kind) {
    case 'inspection':
      return waiting(facts, 'inspection', policy.waitForMs, at);
    case 'parcel':
      return waiting(facts, 'parcel', ruling.atMostMs, at);
    case 'receiving':
      if (isClosed(facts) && isReceiptOpen(facts)) break;
      return waiting(facts, 'receiving', policy.waitForMs, at);
    case 'unread':
      if (isClosed(facts) && facts.askedAgain === 'done') return { ...facts, outcome: decidedByMerchant };
      return { ...facts, askedAgain: 'due' };
    case 'ask':
      if (isClosed(facts)) break;
      return { ...facts, wait: null, askedAgain: 'due' };
    case 'echo':
      if (isClosed(facts)) break;
      return facts;
    case 'unfinished':
    case 'twice':
      return isClosed(facts) ? { ...facts, outcome: decidedByMerchant } : facts;
    case 'refund':
    case 'flag':
      break;
  }
  const dispositions = merchant.dispositions ? ('due' as const) : ('none' as const);
  const settled = { ...facts, dispositions };
  if (isClosed(facts)) return decideClosed(settled, verdict);
  if (ruling.kind === 'flag' && heldAgainst === 'rma') return { ...settled, outcome: flag(facts, verdict) };
  const change = whatLoopChanged(facts);
  if (change !== null) return { ...settled, outcome: flagOf(change.why, change.note) };
  return { ...settled, outcome: refund(facts, withExtrasOfNow(verdict, facts), merchant) };
}

/** The same thing is waited for since it was first seen, whatever else has come in between. */
function waiting(facts: Return, what: Wait['for'], atMostMs: number, at: Date): Return {
  const isLongEnough = what !== 'parcel' || (facts.wait?.atMostMs ?? 0) >= atMostMs;
  if (facts.wait?.for === what && isLongEnough) return facts;
  const before = facts.wait?.firstSince ?? { inspection: null, parcel: null, receiving: null };
  const since = before[what] ?? at.toISOString();
  const wait = { for: what, since, atMostMs, isOver: false, firstSince: { ...before, [what]: since } };
  return { ...facts, wait };
}

/** MasonHub would not say whose RMA was received, and the merchant has closed the return meanwhile. */
function isDecidedWithoutMasonHub(facts: Return): boolean {
  return isClosed(facts) && facts.confirmed === null && facts.problem !== null && isOwnReceived(facts);
}

const decidedByMerchant: Outcome = {
  kind: 'none',
  why: 'What came could not be judged by its receipts, and Loop has closed the return, so nothing was sent.',
};

function isLoopAsked({ loop, wanted }: Return): boolean {
  return wanted?.kind === 'unknown' || (loop !== null && loop.unread !== null);
}

function isClosed(facts: Return): boolean {
  return facts.loop?.state === 'closed';
}

function flagOf(why: string, note: string): Outcome {
  return { kind: 'flag', why, note, message: 'due', noteState: 'due' };
}

function flag(facts: Return, verdict: Verdict): Outcome {
  const explained = explain(verdict, facts);
  return flagOf(describeVerdict(explained), flagNote(explained));
}

/** What Loop has taken off the return since its RMA was fixed came all the same, and is an extra by now. */
function withExtrasOfNow(verdict: Verdict, facts: Return): Verdict {
  const now = verdictOfNow(facts);
  return now === null ? verdict : { ...verdict, extras: now.extras };
}

function refund(facts: Return, verdict: Verdict, merchant: Merchant): Outcome {
  const good = `Every unit of the RMA was received into ${policyOf(facts).refund.join(' or ')}`;
  const unchecked = uncheckedOf(facts);
  const { leftOut, kept, elsewhere } = unchecked;
  const also = [
    ...(verdict.extras.length > 0 ? [describeVerdict(verdict)] : []),
    ...(leftOut > 0 ? [`${leftOut} without a usable SKU, which the warehouse did not check`] : []),
    ...(kept > 0 ? [`${kept} on no label, which the warehouse did not expect`] : []),
    ...(elsewhere > 0
      ? [`${elsewhere} bound for another destination, which the warehouse did not check`]
      : []),
  ];
  const extras = also.map((text) => `; ${text}`).join('');
  if (!merchant.refunds) {
    const why = `${good}${extras}. Refund messages are not enabled for this merchant, so nothing was sent.`;
    return { kind: 'hold', why };
  }
  const note = besideRefundNote(verdict, unchecked);
  const noteState = note === null ? 'none' : 'due';
  return { kind: 'process', why: `${good}${extras}.`, note, message: 'due', noteState };
}

/** Loop closed the return before the receipt: whatever was found, no message is sent for it any more. */
function decideClosed(facts: Return, verdict: Verdict): Return {
  const found = verdict.kind === 'refundable' ? (verdictOfNow(facts) ?? verdict) : verdict;
  const outcome: Outcome = {
    kind: 'none',
    why: 'Loop had closed the return before the warehouse received it, so nothing was sent.',
  };
  if (found.kind === 'refundable') return { ...facts, outcome };
  const why = `Loop closed the return before the warehouse received it, and then the receipt showed: ${describeVerdict(found)}. Nothing was sent; tell the merchant, who may have refunded already.`;
  return { ...facts, outcome, problem: { step: null, why } };
}
