import { explain } from './explain.ts';
import { describeVerdict, flagNote } from './notes.ts';
import { isReceiptOpen } from './open-receipt.ts';
import { parcelSeenTwice } from './parcels.ts';
import type { Problem, Return, Rma, SentOutcome } from './return.ts';
import { receiptsToAsk, rule, ruleReceipts, verdictOf, verdictOfNow } from './ruling.ts';
import { hasEnded } from './told.ts';
import { sentence } from './words.ts';

/**
 * What a person has to look at, if anything. A problem stays until it is settled; what only Loop's present
 * facts stand against is over as soon as Loop says otherwise, in whatever order it was told.
 */
export function troubleOf(facts: Return): Problem | null {
  const { problem, outcome, receiptUnread } = facts;
  if (problem?.step === null) return problem;
  if (receiptUnread !== null) return problem ?? { step: 'receipt', why: explainUnread(receiptUnread) };
  if (outcome === null && problem === null) return cannotBeJudged(facts);
  if (outcome === null || !('message' in outcome)) return problem;
  // Loop has said why in its own words already.
  if (problem?.step === 'message' && outcome.message === 'refused') return problem;
  const why = endedMeanwhile(facts, outcome) ?? changedMeanwhile(facts, outcome);
  if (why !== null) return { step: null, why };
  return doubtedMeanwhile(facts, outcome) ?? problem;
}

/** Receipts of which nobody can say what came. It is over as soon as they, or Loop, say more. */
function cannotBeJudged(facts: Return): Problem | null {
  const { askedAgain, wait, wanted, confirmed } = facts;
  const isDoubtful =
    askedAgain === 'done' ||
    (wait !== null && wait.for !== 'inspection' && wait.isOver) ||
    parcelSeenTwice(facts) !== null;
  const ruled = isDoubtful && wanted?.kind !== 'none' ? ruleReceipts(facts) : null;
  if (ruled === null || confirmed === null) return null;
  const { ruling } = ruled;
  switch (ruling.kind) {
    case 'echo':
      return { step: 'receipt', why: echoProvesNothing(facts, confirmed) };
    case 'twice':
      return { step: null, why: receivedTwice(ruling.packageId) };
    case 'unfinished':
      return { step: null, why: neverFinished(facts, ruling.packageId) };
    default:
      return null;
  }
}

function echoProvesNothing(facts: Return, { receiveInto, rmaNumber }: Rma): string {
  const [echo] = receiptsToAsk(facts);
  // While a replaced RMA is not answered, either may be the one that is repeated.
  const asked: string[] = [receiveInto, facts.sent?.receiveInto ?? receiveInto];
  const bare = echo?.lines.filter((line) => !line.detailed).flatMap((line) => line.received) ?? [];
  const said = bare.find(({ disposition }) => asked.includes(disposition))?.disposition ?? receiveInto;
  const whoseWord =
    facts.rmaOrigin === 'found'
      ? 'which may be what the RMA asked for: MasonHub had it before this service did'
      : 'which is what the RMA asked for';
  const where = echo?.isBlind === true ? `parcel ${echo.packageId ?? ''}` : `RMA ${rmaNumber}`;
  return `The receipt of ${where} has no details and says only ${said}, ${whoseWord}; asked once more, MasonHub says no more. That does not prove that the units are good, so nothing was sent. Look at it in MasonHub and decide in Loop, or retry to ask MasonHub again.`;
}

function receivedTwice(packageId: string): string {
  return `MasonHub received parcel ${packageId} twice, under its RMA and without one, so that its units may be counted twice. Nothing was sent; ask the warehouse which receipt holds, and decide in Loop.`;
}

function neverFinished(facts: Return, packageId: string): string {
  if (isReceiptOpen(facts)) {
    return `MasonHub said, later than its receipt, that the RMA of parcel ${packageId} is not received, and has not said since that it is. Nothing was sent; ask the warehouse what was in it, and decide in Loop.`;
  }
  return `Everything that was asked for has come in parcels without an RMA, and MasonHub began to receive parcel ${packageId} as well, but never finished. Nothing was sent; ask the warehouse what is in it, and decide in Loop.`;
}

function explainUnread(what: string): string {
  return `MasonHub sent a receipt that could not be understood: ${sentence(what)} If a callback brought it, the raw delivery is kept. MasonHub is asked for the RMA. If this stays, compare the RMA in MasonHub with the return and decide in Loop.`;
}

/** A message that is still on its way, or has failed, has lost its object once Loop has ended the return. */
function endedMeanwhile({ loop, problem }: Return, outcome: SentOutcome): string | null {
  if (loop === null || !hasEnded(loop.state)) return null;
  if (loop.state === 'closed' && outcome.kind === 'process') return null;
  const isAccepted = outcome.message === 'accepted' && problem?.step !== 'message';
  if (isAccepted && outcome.kind === 'flag') return null;
  const then = isAccepted
    ? 'so the process request that it had accepted will not be carried out'
    : `so a ${outcome.kind} message can have no effect any more`;
  return `Loop says that the return is ${loop.state}, ${then}. The receipt: ${sentence(outcome.why)} Decide with the merchant what becomes of it.`;
}

/** What MasonHub has told since the decision can leave open what came. It is over as soon as it says more. */
function doubtedMeanwhile(facts: Return, outcome: SentOutcome): Problem | null {
  const { loop, confirmed, problem } = facts;
  if (outcome.kind !== 'process' || outcome.message === 'accepted' || loop?.state === 'closed') return null;
  const verdict = verdictOf(facts);
  if (verdict === null || confirmed === null) return null;
  const ruling = rule(facts, verdict);
  switch (ruling.kind) {
    case 'twice':
      return { step: null, why: receivedTwice(ruling.packageId) };
    case 'unread':
      return problem ?? { step: null, why: unreadMeanwhile };
    case 'ask':
      return problem ?? { step: null, why: echoedMeanwhile };
    case 'echo':
      return problem ?? { step: 'receipt', why: echoProvesNothing(facts, confirmed) };
    case 'receiving':
    case 'unfinished':
      return { step: null, why: isReceiptOpen(facts) ? openedMeanwhile : begunMeanwhile };
    default:
      return null;
  }
}

const unreadMeanwhile =
  'After the refund was decided and before it was sent, MasonHub told of a parcel without an RMA in words that could not be understood, and is asked for it. The refund is sent once the parcel can be read and says nothing else. If this stays, look at the parcel in MasonHub, and decide in Loop.';

const echoedMeanwhile =
  'After the refund was decided and before it was sent, MasonHub sent a receipt that says only what was asked for, without details, and is asked once more. The refund is sent once it shows details, and nothing else in them. If this stays, look at the RMA in MasonHub, and decide in Loop.';

const openedMeanwhile =
  'After MasonHub had said that the RMA was received, and before the refund was sent, it said that it is not. The refund is sent once MasonHub says, or shows, that the RMA is received, and nothing else of it; if it does not, ask the warehouse, and decide in Loop.';

const begunMeanwhile =
  'After everything that was asked for had come in parcels without an RMA, MasonHub began to receive the RMA as well, before the refund was sent. It is sent once the receipt is in and says nothing else; if none comes, ask the warehouse, and decide in Loop.';

/** Loop processes a return as it is by then: what is added between the decision and the message never arrived. */
function changedMeanwhile(facts: Return, outcome: SentOutcome): string | null {
  const { confirmed, receipts, loop } = facts;
  if (outcome.kind !== 'process' || outcome.message === 'accepted' || loop?.state === 'closed') return null;
  // Loop is asked what it is by now.
  if (facts.wanted?.kind === 'unknown' || (loop !== null && loop.unread !== null)) return null;
  const change = confirmed === null || receipts.length === 0 ? null : whatLoopChanged(facts);
  return change === null
    ? null
    : `${sentence(change.why)} That was after the receipt was decided, so nothing more is sent. Check the return in Loop and decide there.`;
}

/**
 * A return that was changed in Loop when it was too late to change its RMA: the receipt has to fit what Loop
 * has now as well, or the merchant decides. Null where it does.
 */
export function whatLoopChanged(facts: Return): { why: string; note: string } | null {
  const changed = 'The return was changed in Loop after its RMA could no longer be changed';
  if (facts.wanted?.kind !== 'rma') return { why: `${changed}.`, note: `${changed}. Please check it.` };
  const ruled = ruleReceipts(facts);
  if (ruled?.heldAgainst === 'loop' && (ruled.ruling.kind === 'ask' || ruled.ruling.kind === 'echo')) {
    const why = `${changed}, and what MasonHub says of what was added is only what is asked for, without details.`;
    return { why, note: `${changed}. Please check it.` };
  }
  const now = verdictOfNow(facts);
  if (now === null || now.kind === 'refundable') return null;
  const explained = explain(now, facts);
  return { why: `${changed}: ${describeVerdict(explained)}`, note: flagNote(explained) };
}
