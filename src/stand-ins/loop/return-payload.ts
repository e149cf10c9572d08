import type { JsonObject } from '../json.ts';
import { customer } from '../personal-data.ts';
import { flatLabel, listedLabels } from './label-payload.ts';
import { shownLabel } from './labels.ts';
import type { StandInLineItem, StandInReturn } from './returns.ts';
import { absent, date, number, type PayloadStyle } from './style.ts';

/** What every item costs. */
export const PRICE = '31.65';

/** A return's fields, as its webhooks and its details have them in common. */
export function returnFields(about: StandInReturn, style: PayloadStyle): JsonObject {
  const total = totalOf(about);
  return {
    id: number(about.id, style),
    state: about.state,
    created_at: date(about.createdAt, style),
    edited_at: editedAt(about, style),
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
    line_items: shownItems(about, style),
    exchanges: [],
    status_page_url: `https://example.loopreturns.com/#/status/${about.id}`,
    package_reference: about.packageReference ?? absent(style),
    ...labelFields(about, style),
    ...destinationFields(about, style),
  };
}

/** A return as the API's `details` shows it. */
export function returnDetails(about: StandInReturn, style: PayloadStyle): JsonObject {
  const updated_at = date(about.updatedAt, style);
  return { ...returnFields(about, style), id: about.id, updated_at, outcome: 'refund' };
}

/** Null as long as the return has not been edited, as Loop documents it. */
export function editedAt(about: StandInReturn, style: PayloadStyle): string | null {
  return about.editedAt > about.createdAt ? date(about.editedAt, style) : null;
}

/** What a return is worth, as Loop writes money. */
export function totalOf(about: StandInReturn): string {
  return (about.lineItems.length * Number(PRICE)).toFixed(2);
}

/** A return's `line_items`. */
export function shownItems(about: StandInReturn, style: PayloadStyle): JsonObject[] {
  return about.lineItems.map((item) => lineItem(item, about, style));
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
  const none = absent(style);
  const exchange = { title: 'A variant', sku: '', price: PRICE };
  return {
    line_item_id: number(item.lineItemId, style),
    provider_line_item_id: number(`4${item.lineItemId}`, style),
    product_id: number(`5${item.lineItemId}`, style),
    variant_id: number(`6${item.lineItemId}`, style),
    sku: item.sku === '' ? none : item.sku,
    barcode: none,
    title: `The product ${item.sku}`,
    price: PRICE,
    discount: '0.00',
    tax: '0.00',
    refund: PRICE,
    returned_at: date(about.createdAt, style),
    exchange_variant: style.exchangeVariant === 'blank' ? '' : exchange,
    return_reason: item.reason ?? none,
    parent_return_reason: item.parentReason ?? none,
    return_comment: item.comment ?? none,
    outcome: 'default',
    ...(item.destinationId === undefined
      ? {}
      : { destination_id: number(String(item.destinationId), style) }),
  };
}

function labelFields(about: StandInReturn, style: PayloadStyle): JsonObject {
  if (style.labels === 'list') return { labels: listedLabels(about, style) };
  return flatLabel(about, shownLabel(about.labels), style);
}

function destinationFields(about: StandInReturn, style: PayloadStyle): JsonObject {
  if (about.destinationId === null) return {};
  const id = number(String(about.destinationId), style);
  return style.labels === 'list' ? { destination_id: id } : { destination: { id, name: 'A warehouse' } };
}
