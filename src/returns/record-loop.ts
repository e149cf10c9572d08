import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import { describeLoop } from './describe.ts';
import type { LabelEvent, LoopReturnEvent, ReturnEvent } from './events.ts';
import { lastTold } from './labels.ts';
import type { LoopFacts, ToldLabel } from './loop-facts.ts';
import { ownTrackingNumber } from './package.ts';
import { changeOfFixedRma } from './record-rma.ts';
import { failed, noted, type Recorded, withWanted } from './recorded.ts';
import type { Return } from './return.ts';
import { withOutcome } from './steps.ts';
import { isOlder, withKnown, withLate } from './told.ts';
import { sentence } from './words.ts';

/** What Loop tells of a return, noted. */

/** What Loop says of the return itself. What came late adds only what it cannot take back. */
export function recordLoopReturn(facts: Return, event: LoopReturnEvent, merchant: Merchant): Recorded {
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
 * What MasonHub refused is of the past once Loop's facts ask for another RMA, or for none; what Loop could not be asked
 * for is, once Loop has told it; and what MasonHub could not show is, once the merchant has decided without it.
 */
function withoutOldProblems(before: Return, after: Return): Return {
  const step = after.problem?.step;
  const isRmaOld = step === 'rma' && !isDeepStrictEqual(before.wanted, after.wanted);
  const isTold = step === 'details' && after.loop?.unread === null && after.loop.state !== 'unknown';
  const isClosedNow = before.loop?.state !== 'closed' && after.loop?.state === 'closed';
  const isDecided = step === 'receipt' && isClosedNow && after.receiptUnread === null;
  if (isDecided) return { ...after, problem: null, askedAgain: 'done' };
  return isRmaOld || isTold ? { ...after, problem: null } : after;
}

/**
 * Loop can put a return into review after it has accepted to process it. Until a person has solved what
 * stands against it there, nothing is refunded.
 */
export function reviewAfterProcess(before: Return, after: Return): Return {
  const isAccepted = after.outcome?.kind === 'process' && after.outcome.message === 'accepted';
  const isNew = before.loop?.state !== 'review' && after.loop?.state === 'review';
  return isAccepted && isNew && after.problem === null
    ? { ...after, problem: { step: 'message', why: reviewedMeanwhile } }
    : after;
}

const reviewedMeanwhile =
  "Loop accepted the request to process the return and then put it into Needs Review instead, so the shopper has nothing yet: an exchange item can be out of stock, or there is no money for the refund. Open the return in Loop's admin, solve it there, and process it there or retry here.";

/** A process request has had its effect once Loop has closed the return, whatever was heard of it before. */
export function settleClosed(facts: Return): Return {
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

/**
 * What Loop's details say, asked for: an end of the return, a review, or at last a state that is known here. They showed
 * no items, so those that are known are all that there is to know.
 */
export function recordStateTold(
  before: Return,
  { state, word }: Extract<ReturnEvent, { kind: 'stateTold' }>,
): Recorded {
  if (before.loop === null) return { after: before, timeline: [] };
  const { itemsFrom: _asked, ...loop } = before.loop;
  const facts: Return = { ...before, loop };
  if (loop.state === 'closed' || state === loop.state) return { after: facts, timeline: [] };
  if (state === 'open' && loop.state !== 'unknown') return { after: facts, timeline: [] };
  const told = { ...facts, loop: { ...loop, state, stateWord: word } };
  const after = withoutOldProblems(facts, reviewAfterProcess(facts, settleClosed(told)));
  return noted(after, `details.${state}`, word);
}

const mostLabels = 50;

/** A label that was told by itself, also before the return was. */
export function recordLabel(facts: Return, event: LabelEvent, merchant: Merchant): Recorded {
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

/** Loop could not carry out what it had accepted; of any other return it is only written down. */
export function recordProcessingFailed(facts: Return, message: string | null): Recorded {
  const said = message ?? 'Loop gave no reason';
  if (facts.outcome?.kind !== 'process' || facts.loop?.state === 'closed') {
    return noted(facts, 'return.processing.failed', said);
  }
  const why = `Loop could not process the return: ${sentence(said)} Open the return in Loop's admin, solve it there, and process it there or retry here.`;
  return failed(facts, 'return.processing.failed', 'message', why);
}
