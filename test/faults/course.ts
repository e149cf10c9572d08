import { plainState } from '../../src/stand-ins/loop/listing.ts';
import { type RmaStatus, statusAfter, UPDATABLE } from '../../src/stand-ins/masonhub/lifecycle.ts';
import type { ShopRules } from './merchants.ts';
import type { Act, PlannedReturn } from './plan.ts';

/** What a plan comes to at the vendors, act by act. Of every SKU one unit; an empty one has none. */
export interface Course {
  /** What the return has in the end. */
  readonly items: readonly string[];
  /** Those of its items that MasonHub can be asked for. */
  readonly usable: readonly string[];
  /** Those that are on no label although every label names its items. */
  readonly onNoLabel: readonly string[];
  /** What the RMA is to ask for in the end, were it to be changed at any time. */
  readonly wanted: readonly string[];
  /** What it asks for: the items of the time from which MasonHub took no change any more. */
  readonly asked: readonly string[];
  readonly stateAtTheReceipt: string;
  readonly stateAtTheEnd: string;
  readonly rmaStatus: RmaStatus;
  /** Whether there has ever been a label that could be used. */
  readonly isLabelled: boolean;
  readonly isRelabelledTooLate: boolean;
}

const unusable = ['cancelled', 'expired', 'failure', 'error', 'delivered'];

/** Follows a plan to its end. */
export function courseOf(planned: PlannedReturn, shop: ShopRules): Course {
  const { labels, label, method = 'mail' } = planned;
  const wantedOf = (items: readonly string[]) =>
    usableOf(shop.leaveOffKept ? onLabels(planned, items) : items);
  let course: Course = {
    items: planned.items,
    usable: usableOf(planned.items),
    onNoLabel: planned.items.filter((_, place) => !isOnLabel(planned, place)),
    wanted: wantedOf(planned.items),
    asked: wantedOf(planned.items),
    stateAtTheReceipt: 'open',
    stateAtTheEnd: plainState(planned.state ?? (method === 'inStore' ? 'closed' : 'open')),
    rmaStatus: 'open',
    isLabelled:
      labels === undefined
        ? label === 'now'
        : labels.some(({ status }) => !unusable.includes(status ?? 'new')),
    isRelabelledTooLate: false,
  };
  for (const act of planned.acts) course = after(course, act, wantedOf);
  return course;
}

function after(course: Course, act: Act, wantedOf: (items: readonly string[]) => readonly string[]): Course {
  const isFixed = !UPDATABLE.includes(course.rmaStatus);
  switch (act.do) {
    case 'label':
      return { ...course, isLabelled: true };
    case 'relabel':
      return { ...course, isLabelled: true, isRelabelledTooLate: isFixed };
    case 'change': {
      const wanted = wantedOf(act.items);
      const asked = isFixed ? course.asked : wanted;
      return { ...course, items: act.items, usable: usableOf(act.items), wanted, asked };
    }
    case 'cancel':
    case 'expire':
      return { ...course, stateAtTheEnd: 'cancelled' };
    case 'reopen':
      return { ...course, stateAtTheEnd: 'open' };
    case 'close':
    case 'keep':
    case 'solve':
      return { ...course, stateAtTheEnd: 'closed' };
    case 'state':
      return { ...course, stateAtTheEnd: plainState(act.state) };
    case 'progress':
      return { ...course, rmaStatus: statusAfter(course.rmaStatus, act.event) };
    case 'receive':
      return { ...course, rmaStatus: 'received', stateAtTheReceipt: course.stateAtTheEnd };
    // The RMA may not have been used, and then it stays as it was.
    case 'receiveBlind':
    case 'receiveBox':
      return { ...course, stateAtTheReceipt: course.stateAtTheEnd };
    case 'labelStatus':
    case 'requestLabel':
    case 'closeLabel':
    case 'bag':
    case 'tell':
      return course;
  }
}

function usableOf(items: readonly string[]): readonly string[] {
  return items.filter((sku) => sku !== '');
}

function onLabels(planned: PlannedReturn, items: readonly string[]): readonly string[] {
  return items.filter((_, place) => isOnLabel(planned, place));
}

function isOnLabel({ labels }: PlannedReturn, place: number): boolean {
  return labels?.some(({ items }) => items?.includes(place) ?? true) ?? true;
}
