import type { RmaStatus } from '../../src/stand-ins/masonhub/lifecycle.ts';
import { type Course, courseOf } from './course.ts';
import { catalogue, policyOf, rules, type ShopRules } from './merchants.ts';
import { endOf, type ParcelEnd, unitsOf } from './parcel.ts';
import type { PlannedReturn } from './plan.ts';

/** How a return has to end, whatever goes wrong on the way. */
export interface Expected {
  readonly status: 'processed' | 'flagged' | 'held' | 'cancelled' | 'attention';
  /** Process requests that take effect in Loop. */
  readonly refunds: 0 | 1;
  /**
   * Flags that take effect in Loop. `either` where the return is in review already: a flag that arrived and
   * had no answer cannot be told there from one that did not arrive, and with both it is in review.
   */
  readonly flags: 0 | 1 | 'either';
  /** What the one note has to say; null where there is to be none. */
  readonly note: string | null;
  /** The RMA that MasonHub is to hold; null where it is to hold none. */
  readonly rma: ExpectedRma | null;
  /** Whether the merchant's stock keeping is told of the items that the RMA was to have, where it wants that. */
  readonly itemsTold: boolean;
}

export interface ExpectedRma {
  readonly skus: readonly string[];
  /** `any`: where one of several parcels was received under it, or none. */
  readonly status: RmaStatus | 'any';
  /** `any`: of the return's labels, where MasonHub takes no new one any more. */
  readonly packageId: 'of now' | 'any';
}

const nothing = { refunds: 0, flags: 0, note: null, itemsTold: false } as const;
const aWord = 'Warehouse check: ';

/**
 * Reads from the plan alone, in the README's words and not the service's, how a return has to end.
 * @param refund the dispositions that were good when its RMA was sent
 */
export function expectedOf(planned: PlannedReturn, refund: readonly string[]): Expected {
  const shop = rules[planned.merchant];
  const course = courseOf(planned, shop);
  const { items, usable, stateAtTheEnd, rmaStatus, isLabelled } = course;
  const hasMoved = rmaStatus !== 'open';
  const isRefused = usable.some((sku) => !catalogue.includes(sku));
  if (isRefused || (usable.length < items.length && !shop.partialRmas)) {
    return { ...nothing, status: 'attention', rma: null };
  }
  if (stateAtTheEnd === 'cancelled') {
    return hasMoved
      ? { ...nothing, status: 'attention', rma: rmaOf(planned, course) }
      : { ...nothing, status: 'cancelled', rma: null };
  }
  // Kept, handed in at a shop, or over before it was first heard of: no parcel is to come.
  if (stateAtTheEnd === 'closed' && !isLabelled && !hasMoved) {
    return { ...nothing, status: 'processed', rma: null };
  }
  return { ...afterReceipt(planned, course, shop, refund), rma: rmaOf(planned, course) };
}

/** A change that comes when MasonHub takes none any more leaves the RMA as it was. */
function rmaOf({ acts }: PlannedReturn, { asked, rmaStatus, isRelabelledTooLate }: Course): ExpectedRma {
  const isInBoxes = acts.some((act) => act.do === 'receiveBox');
  return {
    skus: asked,
    status: isInBoxes ? 'any' : rmaStatus,
    packageId: isRelabelledTooLate ? 'any' : 'of now',
  };
}

function afterReceipt(
  planned: PlannedReturn,
  course: Course,
  shop: ShopRules,
  refund: readonly string[],
): Omit<Expected, 'rma'> {
  const { asked, wanted, onNoLabel, stateAtTheReceipt } = course;
  const isClosed = course.stateAtTheEnd === 'closed';
  const end = endOf(planned, shop, policyOf(shop, refund), asked);
  // Both the RMA and what Loop has by now: where they differ, the merchant decides.
  const isGood = isGoodEnd(end) && isGoodEnd(endOf(planned, shop, policyOf(shop, refund), wanted));
  const told = { ...nothing, itemsTold: true };
  if (stateAtTheReceipt === 'closed') return { ...told, status: isGood ? 'processed' : 'attention' };
  if (end === 'person') return { ...nothing, status: 'attention' };
  if (!isGood) {
    const flags = stateAtTheReceipt === 'review' ? 'either' : 1;
    const note = onNoLabel.length > 0 ? 'on no label: kept by the shopper?' : aWord;
    // Of what came after the flag the items are not told: that is for the person who looks.
    if (end === 'changed after the decision') return { ...nothing, status: 'attention', flags, note };
    return { ...told, status: isClosed ? 'processed' : 'flagged', flags, note };
  }
  if (!shop.refunds) return { ...told, status: isClosed ? 'processed' : 'held' };
  // Loop refuses to process what is in review, where the shop does not let it.
  if (stateAtTheReceipt === 'review' && !shop.processFlagged) {
    return { ...told, status: isClosed ? 'processed' : 'attention' };
  }
  // What Loop puts into review instead of processing it waits for a person, who may solve it.
  const isLeft = planned.processing === 'goesToReview' && !isClosed;
  const note = refundNoteOf(planned, course, shop);
  return { ...told, status: isLeft ? 'attention' : 'processed', refunds: 1, note };
}

function isGoodEnd(end: ParcelEnd): boolean {
  return end === 'refund' || end === 'hold';
}

/** A refund has a note where the parcel held more than the return, or the RMA less. */
function refundNoteOf(planned: PlannedReturn, course: Course, shop: ShopRules): string | null {
  const { items, usable, wanted, asked } = course;
  if (wanted.length < usable.length) return `${usable.length - wanted.length} on no label not expected`;
  const hasExtra =
    unitsOf(planned, shop).some(({ sku }) => !wanted.includes(sku)) || asked.length > wanted.length;
  return hasExtra || usable.length < items.length ? aWord : null;
}
