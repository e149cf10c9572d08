import { type BoxOwner, saysLessOfBox, saysMoreOfBox } from './bare-receipts.ts';
import type { ReceiptEvent } from './events.ts';
import { isChangedSince, isOlder, isSameReceipt, plain, withDatesOf } from './parcels.ts';
import type { Receipt } from './return.ts';

/** What is kept of a parcel that the warehouse received without an RMA, as MasonHub tells of it more than once. */

/** Such a parcel by now, and what became of what was told of it. */
export interface KeptReceipt {
  /** As it counts. */
  readonly receipt: Receipt;
  /** Whether the number on the box is another one by now. */
  readonly isCorrected: boolean;
  /** Whether what was told is older, or says less, and is not kept. */
  readonly isLate: boolean;
}

/**
 * What is told takes the place of what was kept before, unless it is older: a callback that failed comes again when a
 * newer one has long been stored. While no return is known, details that are not all good stay beside an echo without
 * any, and are heard late; a return weighs them itself. Where the parcel counts to a return, a number that may be of
 * before does not take the place of the one that is known: MasonHub, asked, shows which one holds.
 * @param isCounted whether it is known which return the parcel is of
 * @param owner by whose settings it is read while that is not known
 */
export function keptOf(
  before: Receipt,
  { receipt: told, trigger }: ReceiptEvent,
  isCounted: boolean,
  owner: BoxOwner,
): KeptReceipt {
  const isNumberNew = isCorrected(before, told, trigger === 'receipt.pulled');
  const isNumberKept = isCounted && isRenumbered(before, told) && !isNumberNew;
  const isOld = isOlder(told, before);
  const hasMore = isOld && !isCounted && saysMoreOfBox(told, before, owner);
  const hasLess = trigger === 'receipt.pulled' && !isCounted && saysLessOfBox(told, before, owner);
  // One that is older and heard all the same is not what MasonHub has shown since, and neither is the number on its box.
  const receipt = hasMore ? told : withDatesOf(told, before);
  const isOldNumber = isNumberKept || (hasMore && before.packageId !== null);
  return {
    receipt: isOldNumber ? { ...receipt, packageId: before.packageId } : receipt,
    isCorrected: isNumberNew,
    isLate: (isOld && !hasMore) || hasLess,
  };
}

/**
 * Whether MasonHub, asked, shows something else of the parcel than is kept. What cannot be understood it shows at every
 * poll, also when a callback has long told what was in the parcel: then it is nothing new.
 */
export function isNewsOf(before: Receipt, shown: Receipt): boolean {
  if (isRenumbered(before, shown)) return true;
  const isUnderstoodAlready = shown.unread !== undefined && before.unread === undefined;
  return isUnderstoodAlready ? isChangedSince(before, shown) : !isSameReceipt(before, shown);
}

/** Whether MasonHub has corrected the number on the box that two receipts are of. */
function isRenumbered(before: Receipt, after: Receipt): boolean {
  if (before.packageId === null || after.packageId === null) return false;
  return plain(before.packageId) !== plain(after.packageId);
}

/**
 * Whether the number on a box is certainly another one by now, as what MasonHub tells of it says.
 * @param isAnswer whether MasonHub was asked, and so shows what it holds now; a callback without a date may be of before
 */
function isCorrected(before: Receipt, after: Receipt, isAnswer: boolean): boolean {
  const isNow = isAnswer ? !isOlder(after, before) : isOlder(before, after);
  return isNow && isRenumbered(before, after);
}
