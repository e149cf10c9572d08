import type { JsonObject } from './json.ts';
import type { StandInLabel, StandInLineItem, StandInReturn } from './loop-returns.ts';
import { customer } from './personal-data.ts';

/** How one delivery writes things down: Loop's types drift from delivery to delivery. */
export interface PayloadStyle {
  numbers: 'number' | 'text';
  dates: 'iso' | 'sql';
  exchangeVariant: 'blank' | 'object';
  /** A list, or the older top-level `carrier`, `tracking_number`, `label_status`. */
  labels: 'list' | 'top-level';
  /** What an absent barcode or reason looks like. */
  absent: 'blank' | 'null';
}

export type LoopTrigger =
  | 'return.created'
  | 'return.updated'
  | 'return.closed'
  | 'label.created'
  | 'label.updated'
  | 'return.processing.failed';

/** The styles that deliveries go through in turn when a test names no others. */
export const usualStyles: readonly PayloadStyle[] = [
  { numbers: 'number', dates: 'iso', exchangeVariant: 'blank', labels: 'list', absent: 'null' },
  { numbers: 'text', dates: 'sql', exchangeVariant: 'object', labels: 'top-level', absent: 'blank' },
  { numbers: 'text', dates: 'iso', exchangeVariant: 'object', labels: 'list', absent: 'blank' },
  { numbers: 'number', dates: 'sql', exchangeVariant: 'blank', labels: 'top-level', absent: 'null' },
];

export const SHOP_ID = 65_432;
const PRICE = '31.65';

/** JSON the way PHP writes it: slashes and everything beyond ASCII are escaped. */
export function phpJson(payload: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(payload)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, escaped);
}

/** The payload of a webhook about a return. */
export function webhookPayload(
  about: StandInReturn,
  trigger: LoopTrigger,
  style: PayloadStyle,
  message: string | null = null,
): JsonObject {
  if (trigger === 'return.processing.failed') return processingFailed(about, style, message);
  if (trigger === 'label.created' || trigger === 'label.updated') return labelPayload(about, trigger, style);
  const head = { topic: 'return', trigger, shop_id: number(String(SHOP_ID), style) };
  return { ...head, ...returnFields(about, style), edited_at: date(about.editedAt, style) };
}

/** A return as the API's `details` shows it. */
export function returnDetails(about: StandInReturn, style: PayloadStyle): JsonObject {
  const updated_at = date(about.editedAt, style);
  return { ...returnFields(about, style), id: about.id, updated_at, outcome: 'refund' };
}

function returnFields(about: StandInReturn, style: PayloadStyle): JsonObject {
  const total = totalOf(about);
  return {
    id: number(about.id, style),
    state: about.state,
    created_at: date(about.createdAt, style),
    total,
    order_id: number(about.orderId, style),
    order_name: about.orderName,
    provider_order_id: number(about.providerOrderId, style),
    order_number: number(about.orderName.replace('#', ''), style),
    ...personalFields(style),
    currency: 'USD',
    return_product_total: total,
    return_discount_total: '0.00',
    return_tax_total: '0.00',
    return_total: total,
    return_credit_total: '0.00',
    exchange_total: '0.00',
    refund: total,
    gift_card: '0.00',
    handling_fee: '0.00',
    line_items: about.lineItems.map((item) => lineItem(item, about, style)),
    exchanges: [],
    status_page_url: `https://example.loopreturns.com/#/status/${about.id}`,
    ...labelFields(about, style),
    ...destinationFields(about, style),
  };
}

function personalFields(style: PayloadStyle): JsonObject {
  const { firstName, lastName, phone, street, street2, city, state, country } = customer;
  return {
    customer: customer.email,
    customer_detail: { email: customer.email, first_name: firstName, last_name: lastName, phone },
    address: {
      name: `${firstName} ${lastName}`,
      company: null,
      address1: street,
      address2: street2,
      city,
      state,
      zip: number(customer.zip, style),
      country,
      country_code: country,
      phone,
    },
  };
}

function lineItem(item: StandInLineItem, about: StandInReturn, style: PayloadStyle): JsonObject {
  const blank = style.absent === 'blank' ? '' : null;
  const exchange = { title: 'A variant', sku: '', price: PRICE };
  return {
    line_item_id: number(item.lineItemId, style),
    provider_line_item_id: number(`4${item.lineItemId}`, style),
    product_id: number(`5${item.lineItemId}`, style),
    variant_id: number(`6${item.lineItemId}`, style),
    sku: item.sku === '' ? blank : item.sku,
    barcode: blank,
    title: `The product ${item.sku}`,
    price: PRICE,
    discount: '0.00',
    tax: '0.00',
    refund: PRICE,
    returned_at: date(about.createdAt, style),
    exchange_variant: style.exchangeVariant === 'blank' ? '' : exchange,
    return_reason: item.reason ?? blank,
    parent_return_reason: item.parentReason ?? blank,
    return_comment: item.comment ?? blank,
    outcome: 'default',
    ...(item.destinationId === undefined
      ? {}
      : { destination_id: number(String(item.destinationId), style) }),
  };
}

function labelFields(about: StandInReturn, style: PayloadStyle): JsonObject {
  const newest = about.labels.at(-1);
  if (style.labels === 'top-level') return newest ? flatLabel(newest, style) : pendingLabel(about);
  const line_items = about.lineItems.map((item) => number(item.lineItemId, style));
  const labels = about.labels.map((label) => ({
    status: label.status,
    carrier: label.carrier,
    tracking_number: number(label.trackingNumber, style),
    line_items,
    url: `https://labels.example.invalid/${label.trackingNumber}.pdf`,
    updated_at: date(label.updatedAt, style),
  }));
  return { labels };
}

function flatLabel(label: StandInLabel, style: PayloadStyle): JsonObject {
  return {
    carrier: label.carrier,
    tracking_number: number(label.trackingNumber, style),
    label_status: label.status,
    label_updated_at: date(label.updatedAt, style),
  };
}

function pendingLabel(about: StandInReturn): JsonObject {
  if (!about.expectsLabel) return { carrier: null, tracking_number: null, label_status: null };
  return { carrier: '', tracking_number: 'N/A', label_status: 'pending', label_updated_at: null };
}

function destinationFields(about: StandInReturn, style: PayloadStyle): JsonObject {
  if (about.destinationId === null) return {};
  const id = number(String(about.destinationId), style);
  return style.labels === 'list' ? { destination_id: id } : { destination: { id, name: 'A warehouse' } };
}

function labelPayload(about: StandInReturn, trigger: LoopTrigger, style: PayloadStyle): JsonObject {
  const label = about.labels.at(-1);
  return {
    topic: 'label',
    trigger,
    shop_id: number(String(SHOP_ID), style),
    return_id: number(about.id, style),
    order_id: number(about.orderId, style),
    provider_order_id: number(about.providerOrderId, style),
    ...(label ? flatLabel(label, style) : pendingLabel(about)),
  };
}

function processingFailed(about: StandInReturn, style: PayloadStyle, message: string | null): JsonObject {
  const source = message === null ? null : 'payment';
  const head = { topic: 'return.processing', trigger: 'return.processing.failed' };
  return { ...head, return_id: number(about.id, style), return_state: about.state, message, source };
}

/** What a return is worth, as Loop writes money. */
export function totalOf(about: StandInReturn): string {
  return (about.lineItems.length * Number(PRICE)).toFixed(2);
}

/** A date in the delivery's style. */
export function date(value: Date, style: PayloadStyle): string {
  const seconds = value.toISOString().slice(0, 19);
  return style.dates === 'iso' ? `${seconds}+00:00` : seconds.replace('T', ' ');
}

// A number that would lose digits stays a text, as it would in PHP.
function number(digits: string, style: PayloadStyle): number | string {
  const value = Number(digits);
  return style.numbers === 'number' && String(value) === digits && Number.isSafeInteger(value)
    ? value
    : digits;
}
