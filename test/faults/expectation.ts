import type { RmaStatus } from '../../src/stand-ins/masonhub-lifecycle.ts';
import { type Course, courseOf } from './course.ts';
import { catalogue, rules, type ShopRules } from './merchants.ts';
import { holdsAll, unitsOf } from './parcel.ts';
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
  readonly status: RmaStatus;
  /** `any`: of the return's labels, where MasonHub takes no new one any more. */
  readonly packageId: 'of now' | 'any';
}

const nothing = { refunds: 0, flags: 0, note: null, itemsTold: false } as const;
const aWord = 'Warehouse check: ';

/**
 * Reads from the plan alone, in the README's words and not the service's, how a return has to end.
 */
export function expectedOf(planned: PlannedReturn): Expected {
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
      ? { ...nothing, status: 'attention', rma: rmaOf(course) }
      : { ...nothing, status: 'cancelled', rma: null };
  }
  // Kept, handed in at a shop, or over before it was first heard of: no parcel is to come.
  if (stateAtTheEnd === 'closed' && !isLabelled && !hasMoved) {
    return { ...nothing, status: 'processed', rma: null };
  }
  return { ...afterReceipt(planned, course, shop), itemsTold: true, rma: rmaOf(course) };
}

/** A change that comes when MasonHub takes none any more leaves the RMA as it was. */
function rmaOf({ asked, rmaStatus, isRelabelledTooLate }: Course): ExpectedRma {
  return { skus: asked, status: rmaStatus, packageId: isRelabelledTooLate ? 'any' : 'of now' };
}

function afterReceipt(
  planned: PlannedReturn,
  course: Course,
  shop: ShopRules,
): Omit<Expected, 'rma' | 'itemsTold'> {
  const { asked, wanted, onNoLabel, stateAtTheReceipt } = course;
  const isClosed = course.stateAtTheEnd === 'closed';
  // Both the RMA and what Loop has by now: where they differ, the merchant decides.
  const isGood = holdsAll(planned, asked) && holdsAll(planned, wanted);
  if (stateAtTheReceipt === 'closed') return { ...nothing, status: isGood ? 'processed' : 'attention' };
  if (!isGood) {
    const flags = stateAtTheReceipt === 'review' ? 'either' : 1;
    const note = onNoLabel.length > 0 ? 'on no label: kept by the shopper?' : aWord;
    return { ...nothing, status: isClosed ? 'processed' : 'flagged', flags, note };
  }
  if (!shop.refunds) return { ...nothing, status: isClosed ? 'processed' : 'held' };
  // Loop refuses to process what is in review, where the shop does not let it.
  if (stateAtTheReceipt === 'review' && !shop.processFlagged) {
    return { ...nothing, status: isClosed ? 'processed' : 'attention' };
  }
  // What Loop puts into review instead of processing it waits for a person, who may solve it.
  const isLeft = planned.processing === 'goesToReview' && !isClosed;
  const note = refundNoteOf(planned, course);
  return { ...nothing, status: isLeft ? 'attention' : 'processed', refunds: 1, note };
}

/** A refund has a note where the parcel held more than the return, or the RMA less. */
function refundNoteOf(planned: PlannedReturn, course: Course): string | null {
  const { items, usable, wanted, asked } = course;
  if (wanted.length < usable.length) return `${usable.length - wanted.length} on no label not expected`;
  const hasExtra = unitsOf(planned).some(({ sku }) => !wanted.includes(sku)) || asked.length > wanted.length;
  return hasExtra || usable.length < items.length ? aWord : null;
}
