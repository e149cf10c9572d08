import type { Merchant, ReasonCode } from '../config/merchants.ts';
import { normaliseReason } from '../config/merchants.ts';
import type { LoopFacts, ReturnItem, Rma, RmaLine, WantedRma } from './return.ts';

/** MasonHub's limits on an RMA's fields, in characters. */
const limits = {
  rmaNumber: { min: 5 },
  sku: { min: 2, max: 100 },
  note: { min: 2, max: 50 },
  package: { min: 5, max: 100 },
};

/**
 * What MasonHub should hold for a return. Pure: the same facts and the same merchant make the same RMA.
 * Nothing personal goes into it: neither the shopper's name and address nor their comment.
 * @param loopReturnId the number in the admin's URL; it becomes the RMA's number
 * @param trackingNumber the parcel's, or null while there is no label
 */
export function wantedRma(
  loopReturnId: string,
  facts: LoopFacts,
  trackingNumber: string | null,
  merchant: Merchant,
): WantedRma {
  if (facts.state === 'cancelled' || facts.state === 'expired') {
    return { kind: 'none', why: `Loop says that the return is ${facts.state}.` };
  }
  if (loopReturnId.length < limits.rmaNumber.min) {
    return {
      kind: 'impossible',
      why: `MasonHub takes RMA numbers of at least ${limits.rmaNumber.min} characters, and ${loopReturnId} is shorter. Create the RMA by hand, or handle the return in Loop.`,
    };
  }
  const unusable = facts.items.find((item) => !isUsableSku(item.sku));
  if (unusable !== undefined) return { kind: 'impossible', why: explainSku(unusable) };
  const [first, ...rest] = linesOf(facts, merchant);
  if (first === undefined) {
    return {
      kind: 'impossible',
      why: 'The return has no items, so there is nothing that the warehouse could expect. Check it in Loop.',
    };
  }
  const rma: Rma = {
    rmaNumber: loopReturnId,
    packageId: packageId(loopReturnId, trackingNumber),
    receiveInto: merchant.masonhub.receiveInto,
    lines: [first, ...rest],
  };
  return { kind: 'rma', rma };
}

function packageId(loopReturnId: string, trackingNumber: string | null): string {
  const fits =
    trackingNumber !== null &&
    trackingNumber.length >= limits.package.min &&
    trackingNumber.length <= limits.package.max;
  return fits ? trackingNumber : loopReturnId;
}

function isUsableSku(sku: string): boolean {
  return sku.length >= limits.sku.min && sku.length <= limits.sku.max;
}

function explainSku(item: ReturnItem): string {
  const which = item.lineItemId === null ? 'An item' : `Line item ${item.lineItemId}`;
  return item.sku === ''
    ? `${which} has no SKU in Loop, and MasonHub needs one. Give the product variant a SKU in the shop, then retry, or handle the return in Loop.`
    : `${which} has the SKU ${JSON.stringify([...item.sku].slice(0, 120).join(''))}, and MasonHub takes SKUs of ${limits.sku.min} to ${limits.sku.max} characters. Correct it in the shop, then retry, or handle the return in Loop.`;
}

/** The same SKU for the same reason is one line, its units added up. */
function linesOf(facts: LoopFacts, merchant: Merchant): RmaLine[] {
  const lines = new Map<string, RmaLine & { notes: Set<string> }>();
  const orderReference = orderReferenceOf(facts, merchant);
  for (const item of facts.items) {
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

function orderReferenceOf(facts: LoopFacts, merchant: Merchant): string | null {
  switch (merchant.masonhub.orderReference) {
    case 'none':
      return null;
    case 'order_name':
      return facts.orderName;
    case 'order_number':
      return facts.orderNumber;
    case 'provider_order_id':
      return facts.providerOrderId;
  }
}

/** MasonHub takes notes of 2 to 50 characters; a longer one is cut between characters, not inside one. */
function noteOf(texts: readonly string[]): string | null {
  const text = texts.join(' / ').replaceAll(/\s+/g, ' ').trim();
  if (text.length < limits.note.min) return null;
  if (text.length <= limits.note.max) return text;
  let cut = '';
  for (const character of text) {
    if (cut.length + character.length > limits.note.max - 1) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}
