import { isSameRecordBare, saysLess, saysMore } from './bare-receipts.ts';
import { describeReceipt } from './describe.ts';
import type { ReceiptEvent } from './events.ts';
import { withDoubtOf, withShown } from './open-receipt.ts';
import {
  datesOf,
  isOlder,
  isSameParcel,
  isSameReceipt,
  skusWrittenOtherwise,
  unreadParcel,
  withDatesOf,
} from './parcels.ts';
import { isProgress } from './progress.ts';
import { noted, type Recorded, withoutGivenUp } from './recorded.ts';
import type { Receipt, ReceiptDates, Return } from './return.ts';
import { receiptsToAsk } from './ruling.ts';
import { sentence } from './words.ts';

/**
 * Notes a receipt. Of one parcel a later receipt takes the earlier one's place as long as nothing is decided;
 * after that, one that goes on where the earlier one left off is progress, and one that says otherwise is for a
 * person.
 * @param withParcel what is wanted of a return of which a parcel has been seen
 */
export function recordReceipt(
  known: Return,
  { receipt: told, trigger }: ReceiptEvent,
  withParcel: (facts: Return) => Return,
): Recorded {
  const before = trigger === 'receipt.pulled' ? withShown(known, told) : known;
  const earlier = before.receipts.find((one) => isSameParcel(one, told));
  const isOld = earlier !== undefined && isOlder(told, earlier);
  const isLate = isOld && !saysMore(before, told, earlier);
  const isRepeat = trigger === 'receipt' && earlier !== undefined && (isOld || isNoNewer(told, earlier));
  const facts = whenAsked(before, told, trigger, isRepeat);
  if (isLate) {
    const detail = isSameReceipt(earlier, told)
      ? saidAgain
      : 'An older receipt, which came late: nothing changed.';
    const late = { event: trigger, detail };
    // One of before does not say what could not be understood since.
    const after = earlier.unread === undefined ? facts : before;
    return { after, timeline: trigger === 'receipt.pulled' ? [] : [late] };
  }
  if (trigger === 'receipt.pulled' && saysLess(known, told, earlier)) {
    const isAnswer = facts.askedAgain !== before.askedAgain || facts.receiptUnread !== before.receiptUnread;
    return { after: isAnswer ? facts : before, timeline: [] };
  }
  if (trigger === 'receipt' && isSameRecordBare(before, told, earlier)) {
    return noted(before, trigger, 'The same receipt again, without its details: nothing changed.');
  }
  // One that is older and heard all the same is not what MasonHub has shown since.
  const dated = earlier === undefined || isOlder(told, earlier) ? told : withDatesOf(told, earlier);
  const receipt = earlier === undefined ? dated : withDoubtOf(dated, earlier);
  const receipts = [...facts.receipts.filter((one) => one !== earlier), receipt];
  if (earlier !== undefined && isSameReceipt(earlier, receipt)) {
    return again(before, { ...facts, receipts }, trigger);
  }
  const askedAgain = trigger === 'receipt' ? askedOfNew(facts) : facts.askedAgain;
  const received = withParcel(withOwnParcel({ ...facts, receipts, askedAgain }, receipt));
  if (facts.outcome === null) {
    const written = skusWrittenOtherwise(received).map(({ written, meant, isSure }) =>
      isSure
        ? `${written} counts as ${meant}`
        : `${written} may be ${meant}, so what is wrong with it counts`,
    );
    const detail = [describe(receipt, earlier), ...written.map(sentence)].join(' ');
    return { after: received, timeline: [{ event: trigger, detail }] };
  }
  return afterDecision(facts, received, receipt, earlier, trigger);
}

/**
 * Notes as of when MasonHub still showed what is known, by which a callback of before is known, and by which id. What has
 * taken its place while MasonHub was asked stays, and so does a doubt about what could not be understood: it says nothing new.
 */
export function recordStillShown(before: Return, shown: Receipt): Recorded {
  const receipts = before.receipts.map((one) =>
    isSameParcel(one, shown) && isSameReceipt(one, shown) && !isOlder(shown, one)
      ? { ...one, masonHubId: one.masonHubId ?? shown.masonHubId, ...datesOf(shown, one) }
      : one,
  );
  return { after: withShown({ ...before, receipts }, shown), timeline: [] };
}

/**
 * A receipt says that an RMA with this number is there. Whether it is ours, where its creation had no answer, or somebody
 * else's, MasonHub is asked first, also where it had not answered so often that this was given up. A parcel without an
 * RMA proves nothing of it.
 */
function withOwnParcel(facts: Return, { isBlind }: Receipt): Return {
  if (isBlind) return facts;
  return withoutGivenUp({ ...facts, stage: 'receiving' }, 'rma');
}

/**
 * A receipt that is understood takes the place of one that was not, and MasonHub has been asked again where it shows one
 * that said too little. A parcel that came without an RMA says nothing of the RMA's own, and neither does a callback of
 * before.
 */
function whenAsked(
  facts: Return,
  receipt: Receipt,
  trigger: ReceiptEvent['trigger'],
  isRepeat: boolean,
): Return {
  const isOfWhatWasAsked = receiptsToAsk(facts).some((one) => isSameParcel(one, receipt));
  const isEchoAsked = facts.askedAgain === 'due' && unreadParcel(facts.receipts) === undefined;
  const isAnswer = trigger === 'receipt.pulled' && isEchoAsked && isOfWhatWasAsked;
  const askedAgain = isReadNow(facts, receipt) ? 'no' : isAnswer ? 'done' : facts.askedAgain;
  const asked = { ...facts, askedAgain } as const;
  const { receiptUnreadAsOf: unread } = facts;
  const isOfBefore =
    trigger === 'receipt' && unread !== null && (isOlder(receipt, unread) || isToldBefore(receipt, unread));
  if (facts.receiptUnread !== null && (receipt.isBlind || isRepeat || isOfBefore)) return asked;
  const problem = facts.problem?.step === 'receipt' ? null : facts.problem;
  return { ...asked, receiptUnread: null, receiptUnreadAsOf: null, problem };
}

/** Whether it tells at last what was in a parcel without an RMA whose receipt could not be understood. */
function isReadNow({ receipts }: Return, receipt: Receipt): boolean {
  return (
    receipt.unread === undefined &&
    receipts.some((one) => one.unread !== undefined && isSameParcel(one, receipt))
  );
}

/** What MasonHub answered was about the receipt of then: one that says something else is asked about anew. */
function askedOfNew({ askedAgain }: Return): Return['askedAgain'] {
  return askedAgain === 'done' ? 'no' : askedAgain;
}

/** The dates of what was not understood can be those of two messages, of which the later one had no date of the record. */
function isToldBefore(one: ReceiptDates, other: ReceiptDates): boolean {
  return one.toldAt !== null && other.toldAt !== null && one.toldAt < other.toldAt;
}

/**
 * Whether it is older, or of the same date: neither is news. Where the date of the record has not moved, that of the
 * message tells.
 */
function isNoNewer(one: Receipt, other: Receipt): boolean {
  if (one.changedAt === null || other.changedAt === null) return false;
  if (one.changedAt !== other.changedAt) return one.changedAt < other.changedAt;
  return !isToldBefore(other, one);
}

const saidAgain = 'The same receipt again.';

function again(before: Return, facts: Return, trigger: ReceiptEvent['trigger']): Recorded {
  if (trigger === 'receipt.pulled' && before.receiptUnread === null) return { after: facts, timeline: [] };
  return { after: facts, timeline: [{ event: trigger, detail: saidAgain }] };
}

function describe(receipt: Receipt, earlier: Receipt | undefined): string {
  const which = receipt.isBlind ? `Parcel ${receipt.packageId ?? ''}, which came without an RMA: ` : '';
  const later = earlier === undefined ? '' : 'A later receipt: ';
  return `${later}${which}${describeReceipt(receipt)}`;
}

function afterDecision(
  facts: Return,
  received: Return,
  receipt: Receipt,
  earlier: Receipt | undefined,
  trigger: ReceiptEvent['trigger'],
): Recorded {
  const detail = describe(receipt, earlier);
  if (isSettled(facts) || isProgress(facts, received)) {
    return { after: received, timeline: [{ event: trigger, detail }] };
  }
  const why =
    earlier === undefined || earlier.unread !== undefined
      ? `After the return was decided (${facts.outcome?.kind ?? ''}), a further parcel came: ${sentence(detail)} Nothing more was sent to Loop; decide there with the merchant.`
      : `The warehouse sent two receipts that differ. First: ${sentence(describeReceipt(earlier))} Then: ${sentence(describeReceipt(receipt))} Nothing more was sent to Loop; ask the warehouse which one holds, and check the return in Loop.`;
  // What came last is kept, so that told once more it is nothing new.
  return {
    after: { ...received, problem: { step: null, why } },
    timeline: [{ event: 'receipt.changed', detail }],
  };
}

/** The merchant has decided what the flag asked for. */
function isSettled({ loop, outcome }: Return): boolean {
  return loop?.state === 'closed' && outcome?.kind === 'flag';
}

/**
 * Notes that a parcel without an RMA, which counted here, bears another number, as MasonHub says by now: what was in it
 * does not speak for this return any more.
 */
export function recordParcelLeft(before: Return, corrected: Receipt): Recorded {
  const left = before.receipts.find((one) => one.isBlind && isSameParcel(one, corrected));
  if (left === undefined) return { after: before, timeline: [] };
  const receipts = before.receipts.filter((one) => one !== left);
  const isNoneLeft = receipts.length === 0;
  const unasked = {
    ...(isNoneLeft ? { wait: null } : {}),
    ...(isNoneLeft || left.unread !== undefined ? { askedAgain: 'no' as const } : {}),
  };
  const isAnyUnread = before.receiptUnread !== null || unreadParcel(receipts) !== undefined;
  const problem = before.problem?.step === 'receipt' && !isAnyUnread ? null : before.problem;
  const after = { ...before, receipts, ...unasked, problem };
  const detail = `MasonHub says that parcel ${left.packageId ?? ''}, which came without an RMA, bears the number ${corrected.packageId ?? ''}. It does not count here any more: ${describeReceipt(left)}`;
  const nothingSent = before.outcome === null || before.outcome.kind === 'none';
  if (nothingSent || isSettled(before) || isProgress(before, after))
    return noted(after, 'receipt.left', detail);
  const why = `After the return was decided (${before.outcome?.kind ?? ''}), the number on a parcel was corrected. ${detail} Nothing more was sent to Loop; ask the warehouse whose parcel it is, and decide in Loop.`;
  return noted({ ...after, problem: { step: null, why } }, 'receipt.left', detail);
}
