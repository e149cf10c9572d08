import type { Receipt, Rma } from '../../src/returns/return.ts';
import { mayRefund } from '../returns/money-rule.ts';
import { catalogue, rules } from './merchants.ts';
import type { PlannedReturn } from './plan.ts';

/** How a return has to end, whatever goes wrong on the way. */
export interface Expected {
  readonly status: 'processed' | 'flagged' | 'held' | 'cancelled' | 'attention';
  /** Process requests and flags that take effect in Loop. */
  readonly refunds: 0 | 1;
  readonly flags: 0 | 1;
  /** Whether a note is added; there is never a second one. */
  readonly note: boolean;
  /** The SKUs that MasonHub may be asked for; null where it is to hold no RMA for the return. */
  readonly rma: readonly (readonly string[])[] | null;
  readonly received: boolean;
}

/**
 * Reads from the plan alone, in the README's words and not the service's, how a return has to end.
 */
export function expectedOf(planned: PlannedReturn): Expected {
  const shop = rules[planned.merchant];
  const now = itemsAtTheEnd(planned);
  const usable = now.filter((sku) => sku !== '');
  const nothing = { refunds: 0, flags: 0, note: false, received: false } as const;
  const isDone = (deed: string) => planned.acts.some((act) => act.do === deed);
  if (now.some((sku) => sku !== '' && !catalogue.includes(sku))) {
    return { ...nothing, status: 'attention', rma: null };
  }
  if (usable.length < now.length && !shop.partialRmas) return { ...nothing, status: 'attention', rma: null };
  if ((isDone('cancel') || isDone('expire')) && !isDone('reopen')) {
    const atTheDock = isDone('progress');
    return { ...nothing, status: atTheDock ? 'attention' : 'cancelled', rma: atTheDock ? [usable] : null };
  }
  return { ...afterReceipt(planned, usable), rma: rmasOf(planned, usable), received: true };
}

/** A change at the dock comes too late for the RMA, or just in time: either is right, and a flag tells of it. */
function rmasOf({ acts, items }: PlannedReturn, now: readonly string[]): (readonly string[])[] {
  const atTheDock = acts.findIndex((act) => act.do === 'progress');
  const changed = acts.findIndex((act) => act.do === 'change');
  return atTheDock !== -1 && atTheDock < changed ? [items, now] : [now];
}

function itemsAtTheEnd(planned: PlannedReturn): readonly string[] {
  return planned.acts.reduce((items, act) => (act.do === 'change' ? act.items : items), planned.items);
}

function afterReceipt(planned: PlannedReturn, usable: readonly string[]): Omit<Expected, 'rma' | 'received'> {
  const { acts } = planned;
  const shop = rules[planned.merchant];
  const receiving = acts.findIndex((act) => act.do === 'receive');
  const units = acts.flatMap((act) => (act.do === 'receive' ? act.units : []));
  const isGood = mayRefund(rmaOf(usable), receiptOf(usable, units));
  const closing = acts.findIndex((act) => act.do === 'close');
  if (closing !== -1 && closing < receiving) {
    return { status: isGood ? 'processed' : 'attention', refunds: 0, flags: 0, note: false };
  }
  if (!isGood) {
    return { status: closing === -1 ? 'flagged' : 'processed', refunds: 0, flags: 1, note: true };
  }
  if (!shop.refunds) return { status: 'held', refunds: 0, flags: 0, note: false };
  const hasExtra = units.some(({ sku }) => !usable.includes(sku));
  const leftOut = usable.length < itemsAtTheEnd(planned).length;
  return { status: 'processed', refunds: 1, flags: 0, note: hasExtra || leftOut };
}

function rmaOf(skus: readonly string[]): Rma {
  const lines = skus.map((sku) => ({
    sku,
    units: 1,
    reason: 'other' as const,
    note: null,
    orderReference: null,
  }));
  const [first, ...rest] = lines;
  if (first === undefined) throw new Error('A return without items is in no story');
  return { rmaNumber: 'any', packageId: 'any', receiveInto: 'qc', lines: [first, ...rest] };
}

function receiptOf(
  asked: readonly string[],
  units: readonly { readonly sku: string; readonly status?: string }[],
): Receipt {
  const lines = units.map(({ sku, status = 'available' }) => ({
    sku,
    onRma: asked.includes(sku),
    counted: null,
    detailed: true,
    received: [{ disposition: status, units: 1, note: null }],
  }));
  return { masonHubId: null, packageId: null, isBlind: false, lines, note: null };
}
