import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import { describeRma } from './describe.ts';
import type { ReturnEvent } from './events.ts';
import { noted, type Recorded, withParcel } from './recorded.ts';
import { isRmaFixed, type Return, type Rma } from './return.ts';

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
  const confirmed = facts.confirmed ?? facts.sent;
  // A carrier's word can come late: what has been seen at the warehouse does not move any more.
  const reached = facts.stage === 'receiving' ? facts.stage : stage;
  // What it did not take never was an RMA, and neither does the policy of then judge.
  const sentPolicy = facts.confirmedPolicy ?? facts.sentPolicy;
  const after = withParcel({ ...facts, stage: reached, confirmed, sent: confirmed, sentPolicy }, merchant);
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
  if (confirmed === null || wanted?.kind !== 'rma' || isDeepStrictEqual(confirmed.lines, wanted.rma.lines))
    return null;
  return `The RMA stays ${describeRma(confirmed)}; Loop now has ${describeRma(wanted.rma)}.`;
}

/** Sent again because no answer came: the timeline says so once. */
export function recordSent(facts: Return, rma: Rma, { receipts: sentPolicy }: Merchant): Recorded {
  const after = { ...facts, sent: rma, sentPolicy };
  if (isDeepStrictEqual(facts.sent, rma)) return { after, timeline: [] };
  return noted(after, 'rma.sent', describeRma(rma));
}

/** One that was found there may be from an earlier try, and then its policy is the earlier one as well. */
export function recordAccepted(
  facts: Return,
  accepted: Extract<ReturnEvent, { kind: 'rmaAccepted' }>,
): Recorded {
  if (isOvertaken(facts, accepted)) return recordOvertaken(facts, accepted);
  const { rma, how } = accepted;
  const confirmedPolicy = how === 'adopted' ? (facts.confirmedPolicy ?? facts.sentPolicy) : facts.sentPolicy;
  return noted({ ...facts, sent: rma, confirmed: rma, confirmedPolicy }, `rma.${how}`, describeRma(rma));
}

/**
 * Whether another RMA has been put on the wire since: a worker can stand still for so long that the queue gives its
 * job to another one, and hear its answer only after that one's.
 */
function isOvertaken(
  { sent, confirmed }: Return,
  { rma, how }: Extract<ReturnEvent, { kind: 'rmaAccepted' }>,
): boolean {
  if (sent === null || confirmed === null) return false;
  // What was found there has the package id and the status that MasonHub has, not always those that were sent.
  return how === 'adopted' ? !isDeepStrictEqual(sent.lines, rma.lines) : !isDeepStrictEqual(sent, rma);
}

/**
 * What was created, or found, was there before it was replaced. Of two that replaced it, either can have come last:
 * then MasonHub is asked whether it is this one, and sent the right one again.
 */
function recordOvertaken(
  facts: Return,
  { rma, how }: Extract<ReturnEvent, { kind: 'rmaAccepted' }>,
): Recorded {
  const isUnderWay = !isDeepStrictEqual(facts.sent, facts.confirmed);
  if (how !== 'replaced' || isUnderWay) return { after: facts, timeline: [] };
  return noted({ ...facts, sent: rma }, 'rma.replaced', describeRma(rma));
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
