import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import { describeRma } from './describe.ts';
import type { ReturnEvent } from './events.ts';
import { isRmaFixed } from './own-parcel.ts';
import { unitsBySku } from './receipt.ts';
import { failed, noted, type Recorded, withParcel } from './recorded.ts';
import type { Return, Rma, RmaOrigin } from './return.ts';
import { rmaTask } from './rma-task.ts';
import type { TimelineEvent } from './timeline.ts';

/** What becomes of the RMA, noted. */

/**
 * MasonHub takes no change, because the parcel is on its way or here: what it holds is what the receipt is
 * held against, and a difference to what Loop has now is written down.
 */
export function recordFixed(
  facts: Return,
  { task, stage, status }: Extract<ReturnEvent, { kind: 'rmaFixed' }>,
  merchant: Merchant,
): Recorded {
  // One that MasonHub never answered for can be somebody else's: it is asked once it matters.
  const confirmed = facts.confirmed ?? (facts.confirmedPolicy === null ? null : facts.sent);
  // A carrier's word can come late: what has been seen at the warehouse does not move any more.
  const reached = facts.stage === 'receiving' ? facts.stage : stage;
  // What it did not take never was an RMA, and neither does the policy of then judge.
  const sentPolicy = facts.confirmedPolicy ?? facts.sentPolicy;
  const sent = confirmed ?? facts.sent;
  const after = withParcel({ ...facts, stage: reached, confirmed, sent, sentPolicy }, merchant);
  const said = `MasonHub could not ${task} the RMA, whose status is ${status}.`;
  return noted(after, 'rma.kept', [said, differenceToLoop(after) ?? ''].join(' ').trim());
}

/** Once the warehouse has the parcel, its RMA stays as it is: a change in Loop is only written down. */
export function changeOfFixedRma(before: Return, after: Return): string | null {
  if (!isRmaFixed(after) || after.receipts.length > 0) return null;
  if (isDeepStrictEqual(before.wanted, after.wanted)) return null;
  const difference = differenceToLoop(after);
  return difference === null ? null : `The warehouse has the parcel already. ${difference}`;
}

function differenceToLoop({ confirmed, wanted }: Return): string | null {
  if (confirmed === null || wanted?.kind !== 'rma') return null;
  // Of one that differs in its reasons or notes alone, there is nothing that a receipt could show.
  if (isDeepStrictEqual(unitsBySku(confirmed), unitsBySku(wanted.rma))) return null;
  return `The RMA stays ${describeRma(confirmed)}; Loop now has ${describeRma(wanted.rma)}.`;
}

/** Sent again because no answer came: the timeline says so once. */
export function recordSent(facts: Return, rma: Rma, { receipts: sentPolicy }: Merchant): Recorded {
  const after = { ...facts, sent: rma, sentPolicy };
  if (isDeepStrictEqual(facts.sent, rma)) return { after, timeline: [] };
  return noted(after, 'rma.sent', describeRma(rma));
}

/** What MasonHub did not take never was an RMA: nothing is held against it, and nothing has to be deleted. */
export function recordRefused(
  facts: Return,
  { rma, why }: Extract<ReturnEvent, { kind: 'rmaRefused' }>,
): Recorded {
  // Another worker may have put another one on the wire since.
  const isLast = rma !== null && isDeepStrictEqual(facts.sent, rma);
  const sentPolicy = facts.confirmedPolicy ?? facts.sentPolicy;
  const after = isLast ? { ...facts, sent: facts.confirmed, sentPolicy } : facts;
  return failed(after, 'rma.refused', 'rma', why);
}

type Accepted = Extract<ReturnEvent, { kind: 'rmaAccepted' }>;

/**
 * One that was found there may be from an earlier try, and then its policy is the earlier one as well. Of a late one
 * that is the first, only the policy of what was sent since is known.
 */
export function recordAccepted(facts: Return, accepted: Accepted): Recorded {
  const { rma, how } = accepted;
  const { sent, confirmed, sentPolicy } = facts;
  const isLate = isOvertaken(facts, accepted);
  if (isLate && confirmed !== null) return recordOvertaken(facts, accepted);
  // What has been put on the wire since waits for an answer of its own.
  const earlier = isLate || how === 'adopted' ? facts.confirmedPolicy : null;
  const after = {
    ...facts,
    sent: isLate && sent !== null ? sent : rma,
    confirmed: rma,
    confirmedPolicy: earlier ?? sentPolicy,
    rmaOrigin: originOf(facts, accepted),
    // Another worker may have been refused the same RMA, or given it up, before this answer came.
    problem: !isLate && facts.problem?.step === 'rma' ? null : facts.problem,
  };
  return noted(after, lineOf(accepted), describeRma(rma));
}

/** Only what is created is certainly no older than the return is known; another may have been there long before. */
function originOf({ rmaOrigin }: Return, accepted: Accepted): RmaOrigin {
  switch (accepted.how) {
    case 'created':
      return 'opened';
    case 'replaced':
      return rmaOrigin;
    case 'adopted':
      return accepted.origin;
    case 'revived':
      return 'found';
  }
}

/** Whether something else has been put on the wire since, or was and MasonHub has refused it. */
function isOvertaken({ sent, wanted }: Return, accepted: Accepted): boolean {
  const last = sent ?? (wanted?.kind === 'rma' ? wanted.rma : null);
  return last !== null && !isAnswerTo(last, accepted);
}

/**
 * Whether an answer is to what was put on the wire last. A worker can stand still for so long that the queue gives its
 * job to another one, and hear its own answer only after that one's.
 */
function isAnswerTo(sent: Rma, accepted: Accepted): boolean {
  const asked = accepted.how === 'adopted' ? accepted.asked : accepted.rma;
  return isDeepStrictEqual(sent, asked) || isDeepStrictEqual(sent, accepted.rma);
}

/**
 * What was created, or found, was there before it was replaced. Of two that replaced it, either can have come last: it
 * is taken for this one, so that MasonHub is asked for the other and, if it has come first, sent it again. Once the
 * parcel is there MasonHub takes no change, and what it confirmed last is what its receipt is held against. While
 * another one is on the wire, its own answer is waited for: there is room for one that nobody is sure of.
 */
function recordOvertaken(facts: Return, accepted: Accepted): Recorded {
  const hasReplaced = accepted.how === 'replaced' || accepted.how === 'revived';
  const isUnderWay = !isDeepStrictEqual(facts.sent, facts.confirmed);
  const canBeMended = !isRmaFixed(facts) && facts.receipts.length === 0;
  if (!hasReplaced || isUnderWay || !canBeMended) return { after: facts, timeline: [] };
  return noted({ ...facts, confirmed: accepted.rma }, lineOf(accepted), describeRma(accepted.rma));
}

/** For those who read the timeline, one that was revived is there again as a new one would be. */
function lineOf({ how }: Accepted): TimelineEvent {
  return how === 'revived' ? 'rma.created' : `rma.${how}`;
}

/** Whether MasonHub holds what it is to hold. A worker that stood still can hear only then that its own request failed. */
export function isRmaSettled(facts: Return): boolean {
  const isAnswered = isDeepStrictEqual(facts.sent, facts.confirmed);
  return facts.wanted !== null && rmaTask(facts) === 'none' && isAnswered;
}

/** MasonHub holds no RMA for the return any more. */
export function withoutRma(facts: Return): Return {
  return { ...facts, sent: null, confirmed: null, confirmedPolicy: null };
}

/** Until it is answered nobody knows whether MasonHub still holds the RMA. The timeline says it once, too. */
export function recordDeleteSent(facts: Return): Recorded {
  if (facts.sent !== null && facts.confirmed === null) return { after: facts, timeline: [] };
  return noted({ ...facts, confirmed: null }, 'rma.deleting', null);
}
