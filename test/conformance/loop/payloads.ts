import type { JsonObject } from '../../../src/stand-ins/json.ts';
import { fromLoop, type Message } from '../corpus.ts';

/** Loop's payloads as its pages show them today, in values of our own; each entry says what differs in it. */

export const BOOT = 'BOOT-OLIVE-41';
export const SOCK = 'SOCK-GREY';
/** The units of `aReturn`. */
export const bothUnits = { [BOOT]: 1, [SOCK]: 1 };

export const bootItem = (more: JsonObject = {}): JsonObject => ({
  line_item_id: 40_117_001,
  provider_line_item_id: 15_550_001_117,
  product_id: 8_110_001,
  variant_id: 47_770_001,
  sku: BOOT,
  barcode: '4006381333931',
  title: 'Hiking boot, olive',
  price: '118.00',
  discount: '0.00',
  tax: '9.44',
  refund: '127.44',
  returned_at: '2026-11-20T15:58:02+00:00',
  exchange_variant: '',
  return_reason: 'Too narrow',
  parent_return_reason: 'Fit',
  return_comment: null,
  outcome: 'default',
  ...more,
});

export const sockItem = (more: JsonObject = {}): JsonObject =>
  bootItem({
    line_item_id: 40_117_002,
    provider_line_item_id: 15_550_001_118,
    sku: SOCK,
    title: 'Wool sock, grey',
    price: '14.00',
    tax: '1.12',
    refund: '15.12',
    ...more,
  });

/** The tracking number of a return's usual label, and of others that it may have. */
export const trackingOf = (id: string, label = 'A'): string => `1Z4R88${label}0${id}`;

export const aLabel = (id: string, more: JsonObject = {}): JsonObject => ({
  status: 'new',
  updated_at: '2026-11-20T16:01:10.000Z',
  url: 'https://labels.example.com/4417',
  rate: 912,
  carrier: 'UPS',
  tracking_number: trackingOf(id),
  line_items: [40_117_001, 40_117_002],
  ...more,
});

export const aReturn = (id: string, more: JsonObject = {}): JsonObject => ({
  topic: 'return',
  trigger: 'return.created',
  shop_id: 71_204,
  id,
  state: 'open',
  created_at: '2026-11-20T15:58:00Z',
  edited_at: null,
  total: '142.56',
  order_id: 6_620_114,
  order_name: '#58102',
  provider_order_id: '5599104420001',
  order_number: '58102',
  provider_order_number: 58_102,
  provider_order_external_id: 1_255_001,
  provider_order_sales_channel: 'Web shop',
  customer: 'ada@shop.example',
  customer_detail: { email: 'ada@shop.example', first_name: 'Ada', middle_name: null, last_name: 'Quill' },
  address: {
    name: 'Ada Quill',
    company: '',
    address1: '7 Mill Lane',
    address2: null,
    city: 'Salem',
    state: 'Oregon',
    zip: '97301',
    country: 'United States',
    country_code: 'US',
    phone: '+1-503-555-0142',
  },
  currency: 'USD',
  return_product_total: '132.00',
  return_discount_total: '0.00',
  return_tax_total: '10.56',
  return_total: '142.56',
  return_credit_total: '142.56',
  status_page_url: 'https://shop.example.com/#/return/7d20',
  exchange_product_total: '0.00',
  exchange_discount_total: '0.00',
  exchange_tax_total: '0.00',
  exchange_total: '0.00',
  exchange_credit_total: '0.00',
  gift_card: '0.00',
  handling_fee: '0.00',
  refund: '142.56',
  upsell: '0.00',
  is_gift_return: false,
  refunds: [],
  labels: [aLabel(id)],
  line_items: [bootItem(), sockItem()],
  exchanges: [],
  ...more,
});

/** The same return later: it was edited in this minute of the hour. */
export const later = (id: string, minute: number, more: JsonObject): JsonObject =>
  aReturn(id, {
    trigger: 'return.updated',
    edited_at: `2026-11-20T16:${String(minute).padStart(2, '0')}:00+00:00`,
    ...more,
  });

/** The payload of the topic `label`, as documented today: `id` is the return's. */
export const labelPayload = (id: string, more: JsonObject = {}): JsonObject => ({
  topic: 'label',
  trigger: 'label.created',
  shop_id: '71204',
  id,
  order_id: '6620114',
  provider_order_id: 5_599_104_420_001,
  carrier: 'UPS',
  tracking_number: trackingOf(id),
  label_status: 'pre_transit',
  label_updated_at: '2026-11-20T16:07:35+00:00',
  shipment_id: '9911442',
  ...more,
});

/** The return is there, with its label; or without one yet. */
export const opened: Message = fromLoop((id) => aReturn(id));
export const openedWithoutLabel: Message = fromLoop((id) => aReturn(id, { labels: [] }));
