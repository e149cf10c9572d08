import { describeReceipts } from './describe.ts';
import { describeWait } from './describe-wait.ts';
import { isReceiptUnproven } from './own-parcel.ts';
import { unreadParcel } from './parcels.ts';
import type { Outcome, Receipt, Return, Status } from './return.ts';
import { troubleOf } from './trouble.ts';

/**
 * A return's status and the reason beside it follow from its facts alone, so that the order in which
 * the facts came cannot matter. Read from the top: the first line that holds is the answer.
 */
export function statusOf(facts: Return): { status: Status; reason: string | null } {
  // What Loop has not told of nobody can look at yet: it may never be this merchant's.
  const trouble = facts.loop === null ? null : troubleOf(facts);
  if (trouble !== null) return { status: 'attention', reason: trouble.why };
  if (facts.outcome !== null)
    return { status: afterReceipt(facts, facts.outcome), reason: facts.outcome.why };
  if (facts.wanted?.kind === 'impossible') return { status: 'attention', reason: facts.wanted.why };
  const isParcelSeen = facts.stage !== 'expected' || facts.receipts.length > 0;
  if (facts.wanted?.kind === 'none' && isParcelSeen) {
    return { status: 'attention', reason: `${facts.wanted.why} ${whereParcelIs(facts)}` };
  }
  if (facts.wanted?.kind === 'none' && facts.sent === null) {
    return { status: facts.wanted.endsAs, reason: facts.wanted.why };
  }
  if (parcelAskedFor(facts) !== undefined) return { status: 'receiving', reason: whatIsAsked(facts) };
  if (facts.wait?.for === 'inspection')
    return { status: 'inspecting', reason: describeWait(facts) ?? whatIsAsked(facts) };
  if (facts.stage === 'receiving' || facts.receipts.length > 0)
    return { status: 'receiving', reason: describeWait(facts) ?? whatIsAsked(facts) };
  if (facts.confirmed !== null) return { status: 'open', reason: closedEarly(facts) };
  return { status: 'pending', reason: whatIsAsked(facts) };
}

/** The parcel that could not be understood, while MasonHub is asked for it. */
function parcelAskedFor({ receipts, askedAgain }: Return): Receipt | undefined {
  return askedAgain === 'due' ? unreadParcel(receipts) : undefined;
}

/** What a vendor is asked before anything else can happen, and when that becomes a person's affair. */
function whatIsAsked(facts: Return): string | null {
  const { loop, wanted, destination, askedAgain } = facts;
  if (loop !== null && loop.unread !== null) {
    return "Loop told something about the return's items that could not be understood, and is asked for them. If it does not tell more within a day, a person has to look.";
  }
  if (wanted?.kind === 'unknown' && destination === null) {
    return 'Loop is asked where the return is bound for. If it does not answer within about three hours, a person has to look.';
  }
  if (isReceiptUnproven(facts)) {
    return "A receipt has come under the RMA's number, and MasonHub has not yet answered for the RMA that was sent. It is decided on once MasonHub, asked, shows that the RMA is this return's. If it does not answer within about three hours, a person has to look.";
  }
  const parcel = parcelAskedFor(facts);
  if (parcel !== undefined) {
    return `What was in parcel ${parcel.packageId ?? ''}, which came without an RMA, could not be understood, so MasonHub is asked for it. If it does not show more within about three hours, a person has to look.`;
  }
  return askedAgain === 'due'
    ? 'The receipt says no more than what the RMA asked for, so MasonHub is asked once more. If it does not show more within about three hours, a person has to look.'
    : null;
}

/** What became of the parcel of a return that needs none, and what to do. */
function whereParcelIs({ stage, receipts }: Return): string {
  const decide = 'Nothing was sent to Loop; decide with the merchant what becomes of the items.';
  if (receipts.length > 0) {
    return `But the warehouse received the parcel: ${describeReceipts(receipts)} ${decide}`;
  }
  if (stage === 'receiving') return `But the warehouse has the parcel. ${decide}`;
  const where =
    stage === 'delivered' ? 'was on its way, and by now the warehouse has the parcel' : 'is on its way';
  return `But MasonHub could not delete the RMA, because the parcel ${where}. Nothing was sent to Loop; what is in it will be said here once it is received, and then decide with the merchant what becomes of the items.`;
}

function afterReceipt(facts: Return, outcome: Outcome): Status {
  if (outcome.kind === 'none' || facts.loop?.state === 'closed') return 'processed';
  if (!('message' in outcome)) return 'held';
  if (outcome.message !== 'accepted') return 'received';
  return outcome.kind === 'process' ? 'processing' : 'flagged';
}

function closedEarly(facts: Return): string | null {
  if (facts.loop?.state !== 'closed') return null;
  return 'Loop closed the return before the parcel came; nothing will be sent at the receipt.';
}
