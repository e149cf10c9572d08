import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import { isReceiptOpen } from './open-receipt.ts';
import { askedRma } from './own-parcel.ts';
import { isChangedSince } from './parcels.ts';
import { judge } from './receipt.ts';
import { isRefundOpen, type Receipt, type ReceiptLine, type Return } from './return.ts';
import { policyOf, verdictOfNow } from './ruling.ts';

/** Receipts without details beside those of the same parcel that have them: which of the two has to be heard. */

/**
 * Whether one that is older has to be heard all the same: it has details, and what MasonHub shows by now has none. That
 * nothing is wrong is taken from it only where what is shown proves nothing either way. A refund that has not left, by
 * this service or by a person's hand, is stopped by it only where nothing better is behind that refund.
 */
export function saysMore(facts: Return, told: Receipt, shown: Receipt): boolean {
  const { outcome } = facts;
  const asked = askedRma(facts);
  if (asked === null || !hasDetailsBeside(told, shown)) return false;
  const policy = policyOf(facts);
  if (judge(asked, [shown], policy).isEcho && isNothingElse(shown, told, asked.receiveInto)) {
    const isHeld = outcome?.kind === 'hold' && facts.loop?.state !== 'closed';
    return outcome === null || isRefundOpen(facts) || isHeld;
  }
  return outcome === null && judge(asked, [told], policy).kind === 'exception';
}

/**
 * Whether what MasonHub shows, asked, is only the status that the RMA asked for, where a receipt of before has details that
 * it cannot have taken back: those that were decided on, unless that status stands against a refund that has not left, or
 * those that are not all good, by what was asked for or by what Loop has by now.
 */
export function saysLess(facts: Return, shown: Receipt, earlier: Receipt | undefined): boolean {
  const { outcome, receiptUnread } = facts;
  const asked = askedRma(facts);
  if (asked === null || earlier === undefined || !hasDetailsBeside(earlier, shown)) return false;
  if (!isNothingElse(shown, earlier, asked.receiveInto)) return false;
  if (outcome === null) {
    const verdict = judge(asked, [earlier], policyOf(facts));
    const verdicts = [verdict, verdictOfNow({ ...facts, receipts: [earlier] })];
    return verdicts.some((one) => one !== null && (one.kind === 'exception' || one.waiting.length > 0));
  }
  // What nobody could read, or what has come since the receipt was opened again, may say otherwise.
  if (receiptUnread !== null || isReceiptOpen(facts)) return false;
  return !isRefundOpen(facts) || judge(asked, [shown], policyOf(facts)).isEcho;
}

/**
 * Whether a callback without details tells of the very version of MasonHub's record of which the details are known, and as
 * of no later than that: it takes nothing from them, whenever it comes.
 */
export function isSameRecordBare(facts: Return, told: Receipt, earlier: Receipt | undefined): boolean {
  const asked = askedRma(facts);
  if (asked === null || earlier === undefined || !hasDetailsBeside(earlier, told)) return false;
  const { changedAt, toldAt } = told;
  const isSameVersion = changedAt !== null && changedAt === earlier.changedAt;
  const { shownAt } = earlier;
  const isAsOfThen =
    isSameVersion && toldAt !== null && (toldAt <= changedAt || (shownAt !== undefined && toldAt <= shownAt));
  return isAsOfThen && isNothingElse(told, earlier, asked.receiveInto);
}

/** Whose box it is, and by which of their settings it is read while no return is known that it could be of. */
export interface BoxOwner {
  readonly slug: string;
  readonly masonhub: Pick<Merchant['masonhub'], 'receiveInto'>;
  readonly receipts: Pick<Merchant['receipts'], 'refund'>;
}

/** The same as `saysMore`, of a box of which no return is known yet: what is good is heard only beside an echo. */
export function saysMoreOfBox(told: Receipt, shown: Receipt, owner: BoxOwner): boolean {
  const { receiveInto } = owner.masonhub;
  const isHeard = owner.receipts.refund.includes(receiveInto) || !isAllGood(told, owner);
  return isHeard && hasDetailsBeside(told, shown) && isNothingElse(shown, told, receiveInto);
}

/** The same as `saysLess`, of a box of which no return is known yet. */
export function saysLessOfBox(shown: Receipt, earlier: Receipt, owner: BoxOwner): boolean {
  const isLess =
    hasDetailsBeside(earlier, shown) && isNothingElse(shown, earlier, owner.masonhub.receiveInto);
  return isLess && !isAllGood(earlier, owner);
}

function isAllGood({ lines }: Receipt, { receipts }: BoxOwner): boolean {
  const found = lines.flatMap(({ received }) => received).filter(({ units }) => units > 0);
  return found.every(({ disposition }) => receipts.refund.includes(disposition));
}

/** Whether only the former has details, and MasonHub does not say that it has changed its record since. */
function hasDetailsBeside(detailed: Receipt, bare: Receipt): boolean {
  return !isChangedSince(detailed, bare) && bare.unread === undefined && isBare(bare) && !isBare(detailed);
}

function isBare({ lines }: Receipt): boolean {
  return lines.every(({ detailed }) => !detailed);
}

/** Whether one that has no details says only the status that was asked for, and of all the units that the other has. */
function isNothingElse(bare: Receipt, other: Receipt, receiveInto: string): boolean {
  const isAsked = bare.lines.every(({ received }) =>
    received.every(({ disposition }) => disposition === receiveInto),
  );
  const uncounted = new Set(bare.lines.filter(isUncountedExtra).map(({ sku }) => sku));
  const [units, others] = [bare, other].map((one) => unitsIn(one, uncounted));
  return isAsked && isDeepStrictEqual(units, others);
}

/** Of what was not on the RMA, MasonHub counts nothing outside the details, as its own example shows. */
function isUncountedExtra({ onRma, received }: ReceiptLine): boolean {
  return !onRma && received.every(({ units }) => units === 0);
}

function unitsIn({ lines }: Receipt, uncounted: ReadonlySet<string>): Map<string, number> {
  const units = new Map<string, number>();
  for (const { sku, onRma, received } of lines) {
    const count = received.reduce((sum, part) => sum + part.units, 0);
    if (count > 0 && (onRma || !uncounted.has(sku))) units.set(sku, (units.get(sku) ?? 0) + count);
  }
  return units;
}
