import type { Merchant, ReasonCode } from '../config/merchants.ts';
import { normaliseReason } from '../config/merchants.ts';
import { masonHubTerms } from '../vendor-terms/masonhub.ts';
import { hasHadParcel, isParcelOnItsWay, itemsOnNoLabel } from './labels.ts';
import type { LoopFacts, ReturnItem, ToldDestination } from './loop-facts.ts';
import { packageIdOf } from './package.ts';
import type { Return, Rma, RmaLine, WantedRma } from './return.ts';

/**
 * What MasonHub should hold for a return. Pure: the same facts and the same merchant make the same RMA.
 * Nothing personal goes into it: neither the shopper's name and address nor their comment.
 * @returns null until Loop itself has told of the return
 */
export function wantedRma(facts: Return, merchant: Merchant): WantedRma | null {
  const { loop, rmaNumber } = facts;
  if (loop === null) return null;
  if (loop.state === 'cancelled' || loop.state === 'expired') {
    return { kind: 'none', why: `Loop says that the return is ${loop.state}.`, endsAs: 'cancelled' };
  }
  const noParcel = whyNoParcel(facts, loop);
  if (noParcel !== null) return { kind: 'none', why: noParcel, endsAs: 'processed' };
  if (loop.unread !== null) return { kind: 'unknown' };
  const binding = itemsForMasonHub(facts, loop, merchant);
  if (!('items' in binding)) return binding;
  const bound = binding.items;
  if (rmaNumber.length < masonHubTerms.rmaNumber.min) {
    return impossible(
      `MasonHub takes RMA numbers of at least ${masonHubTerms.rmaNumber.min} characters, and ${rmaNumber} is shorter. Create the RMA by hand, or handle the return in Loop.`,
    );
  }
  const usable = bound.filter((item) => isUsableSku(item.sku));
  const unusable = bound.find((item) => !isUsableSku(item.sku));
  if (unusable !== undefined && !(merchant.partialRmas && usable.length > 0)) {
    return impossible(explainSku(unusable));
  }
  const expected = withoutKept(usable, facts, merchant);
  const [first, ...rest] = linesOf(expected, loop, merchant);
  if (first === undefined) {
    return impossible(
      'The return has no items, so there is nothing that the warehouse could expect. Check it in Loop.',
    );
  }
  const rma: Rma = {
    rmaNumber,
    packageId: packageIdOf(facts, expected),
    receiveInto: merchant.masonhub.receiveInto,
    lines: [first, ...rest],
  };
  const leftOut = unitsIn(bound) - unitsIn(usable);
  const kept = unitsIn(usable) - unitsIn(expected);
  return { kind: 'rma', rma, leftOut, kept, elsewhere: unitsIn(loop.items) - unitsIn(bound) };
}

/**
 * Why a closed return has no parcel that the warehouse could expect; null where one may come. Loop has no
 * marker for a return that is kept, made in a shop or over long ago: what shows it is that it was closed
 * without a label in use. Once the parcel has been seen on its way, nothing here speaks against it.
 */
function whyNoParcel(facts: Return, loop: LoopFacts): string | null {
  if (loop.state !== 'closed' || facts.stage !== 'expected' || facts.receipts.length > 0) return null;
  if (!hasHadParcel(facts)) {
    return 'Loop closed the return without ever having had a label for it, so no parcel is expected: the shopper kept the items, or gave them back in a shop.';
  }
  if (loop.heardOpen || isParcelOnItsWay(facts)) return null;
  return 'Loop had closed the return, and its parcel was no longer on its way, when it was first heard of here, so no RMA is opened.';
}

/** How many units of a return are not on its RMA, and why. */
export type Unchecked = Pick<Extract<WantedRma, { kind: 'rma' }>, 'leftOut' | 'kept' | 'elsewhere'>;

/** Those of a return; none while it is to have no RMA. */
export function uncheckedOf({ wanted }: Pick<Return, 'wanted'>): Unchecked {
  return wanted?.kind === 'rma' ? wanted : { leftOut: 0, kept: 0, elsewhere: 0 };
}

/** The items of a return that the warehouse expects, as far as they are known. */
export function itemsOnRma(facts: Return, merchant: Merchant): readonly ReturnItem[] {
  if (facts.loop === null) return [];
  const binding = itemsForMasonHub(facts, facts.loop, merchant);
  if (!('items' in binding)) return [];
  const usable = binding.items.filter((item) => isUsableSku(item.sku));
  return withoutKept(usable, facts, merchant);
}

function withoutKept(items: readonly ReturnItem[], facts: Return, merchant: Merchant): readonly ReturnItem[] {
  const kept = merchant.keptItems === 'leaveOff' ? itemsOnNoLabel(facts) : [];
  const expected = items.filter((item) => !kept.includes(item));
  // Labels that are for none of them say nothing of these.
  return expected.length > 0 ? expected : items;
}

function impossible(why: string): WantedRma {
  return { kind: 'impossible', why };
}

/**
 * Where the merchant names destinations, only the items bound for those are MasonHub's. A delivery need
 * not say where an item is bound for; then Loop is asked, once.
 */
function itemsForMasonHub(
  facts: Return,
  loop: LoopFacts,
  merchant: Merchant,
): { readonly items: readonly ReturnItem[] } | WantedRma {
  const { destinations } = merchant.loop;
  if (destinations === null) return { items: loop.items };
  const told = facts.destination;
  const boundFor = (item: ReturnItem) => destinationOf(item, loop, told);
  const unknown = loop.items.filter((item) => boundFor(item) === null);
  if (unknown.length > 0 && told === null) return { kind: 'unknown' };
  const isOurs = (item: ReturnItem) => destinations.includes(boundFor(item) ?? '');
  // Beside items of ours, one of which Loop does not say it is expected: if it is not in the parcel, that is seen.
  if (loop.items.some(isOurs)) {
    return { items: loop.items.filter((item) => isOurs(item) || unknown.includes(item)) };
  }
  if (unknown.length > 0) {
    return impossible(
      'Loop does not say which destination the return is bound for, and this merchant sends only some to MasonHub. Give the return a destination in Loop, then retry.',
    );
  }
  const others = [...new Set(loop.items.map(boundFor))].join(', ');
  return {
    kind: 'none',
    endsAs: 'cancelled',
    why: `Bound for Loop destination ${others}, which is not one of MasonHub's, so no RMA is opened.`,
  };
}

/** The Loop destination that an item is bound for, by its own word, by the return's, or as Loop said when it was asked. */
function destinationOf(item: ReturnItem, loop: LoopFacts, told: ToldDestination | null): string | null {
  const toldOf = new Map(Object.entries(told?.byItem ?? {}));
  return item.destinationId ?? loop.destinationId ?? toldOf.get(item.lineItemId ?? '') ?? told?.whole ?? null;
}

/** The Loop destinations that items of a return are bound for, and that are not among those of the merchant's. */
export function otherDestinations({ loop, destination }: Return, merchant: Merchant): readonly string[] {
  const { destinations } = merchant.loop;
  if (loop === null || destinations === null) return [];
  const all = loop.items.flatMap((item) => destinationOf(item, loop, destination) ?? []);
  return all.filter((one) => !destinations.includes(one));
}

function isUsableSku(sku: string): boolean {
  return sku.length >= masonHubTerms.sku.min && sku.length <= masonHubTerms.sku.max;
}

function unitsIn(items: readonly ReturnItem[]): number {
  return items.reduce((sum, item) => sum + item.units, 0);
}

function explainSku(item: ReturnItem): string {
  const which = item.lineItemId === null ? 'An item' : `Line item ${item.lineItemId}`;
  return item.sku === ''
    ? `${which} has no SKU in Loop, and MasonHub needs one. Give the product variant a SKU and correct the return in Loop, whose update is taken up by itself, or handle the return there.`
    : `${which} has the SKU ${JSON.stringify([...item.sku].slice(0, 120).join(''))}, and MasonHub takes SKUs of ${masonHubTerms.sku.min} to ${masonHubTerms.sku.max} characters. Correct it in the shop and in Loop's return, whose update is taken up by itself, or handle the return there.`;
}

/** The same SKU for the same reason is one line, its units added up. */
function linesOf(items: readonly ReturnItem[], loop: LoopFacts, merchant: Merchant): RmaLine[] {
  const lines = new Map<string, RmaLine & { notes: Set<string> }>();
  const orderReference = orderReferenceOf(loop, merchant);
  for (const item of items) {
    const reason = reasonCode(item, merchant);
    const key = JSON.stringify([item.sku, reason]);
    const line = lines.get(key) ?? {
      sku: item.sku,
      units: 0,
      reason,
      note: null,
      orderReference,
      notes: new Set(),
    };
    const text = item.reason ?? item.parentReason;
    if (text !== null) line.notes.add(text);
    lines.set(key, { ...line, units: line.units + item.units });
  }
  return [...lines.values()].map(({ notes, ...line }) => ({ ...line, note: noteOf([...notes]) }));
}

/** The merchant's table decides: the reason itself first, then its parent, else `other`. */
function reasonCode(item: ReturnItem, merchant: Merchant): ReasonCode {
  for (const text of [item.reason, item.parentReason]) {
    const code = text === null ? undefined : merchant.returnReasons.get(normaliseReason(text));
    if (code !== undefined) return code;
  }
  return 'other';
}

function orderReferenceOf(loop: LoopFacts, merchant: Merchant): string | null {
  switch (merchant.masonhub.orderReference) {
    case 'none':
      return null;
    case 'order_name':
      return loop.orderName;
    case 'order_number':
      return loop.orderNumber;
    case 'provider_order_id':
      return loop.providerOrderId;
  }
}

/** A note that is longer than MasonHub takes is cut between characters, not inside one. */
function noteOf(texts: readonly string[]): string | null {
  const text = texts.join(' / ').replaceAll(/\s+/g, ' ').trim();
  if (text.length < masonHubTerms.lineNote.min) return null;
  if (text.length <= masonHubTerms.lineNote.max) return text;
  let cut = '';
  for (const character of text) {
    if (cut.length + character.length > masonHubTerms.lineNote.max - 1) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}
