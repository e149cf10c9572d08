import type { JsonObject } from '../../../src/stand-ins/json.ts';
import { fromLoop, fromMasonHub, type Story } from '../corpus.ts';
import { fullReceipt } from '../masonhub/payloads.ts';
import { opened } from './payloads.ts';

const pages = 'docs.loopreturns.com/webhook-reference/topics';

interface Foreign {
  readonly topic: string;
  readonly page: string;
  readonly triggers: readonly string[];
  readonly payload: (id: string) => JsonObject;
}

const restockItem = {
  location_id: 20_777_000_001,
  variant_id: 47_770_001,
  inventory_item_id: 30_888_000_001,
  available_adjustment: 1,
  inventory_management: 'shopify',
};

/** Topics that can be pointed here by mistake. In some of them `id` is a return's, in others anything else's. */
const foreign: readonly Foreign[] = [
  {
    topic: 'restock',
    page: `${pages}/restock-webhook`,
    triggers: ['restock.requested', 'return.closed'],
    payload: (id) => ({
      id: Number(id),
      order_id: 6_620_114,
      provider_order_id: 5_599_104_420_001,
      restock_items: [restockItem],
    }),
  },
  {
    topic: 'label.request',
    page: 'docs.loopreturns.com/reference/label-requests-webhook',
    triggers: ['label.request.issued', 'label.request.cancelled', 'label.created'],
    payload: (id) => ({
      id: 71_330_000_100,
      return_id: Number(id),
      shop_id: 71_204,
      created_at: '2026-11-20T15:59:00-05:00',
      addresses: { origin: { city: 'Salem', country_code: 'US' }, destination: { city: 'Reno' } },
      parcel: { height: 5, length: 30.5, width: 20.1, weight: 910 },
      products: [{ name: 'Hiking boot, olive', sku: 'BOOT-OLIVE-41', country_of_origin: 'PRT' }],
    }),
  },
  {
    topic: 'giftcard',
    page: `${pages}/gift-card-webhook`,
    triggers: ['giftcard.requested', 'return.closed'],
    payload: (id) => ({
      id: null,
      total_credit_issued: '142.56',
      gift_card_subtotal: '142.56',
      gift_card_tax: '0.00',
      gift_card_bonus_credit: '0.00',
      currency: 'USD',
      return_id: id,
      email: 'ada@shop.example',
      first_name: 'Ada',
      last_name: 'Quill',
      external_order_id: 5_599_104_420_001,
      external_order_name: '#58102',
      external_order_number: null,
    }),
  },
  {
    topic: 'happy.returns.shipment',
    page: `${pages}/happy-returns-shipment-webhook`,
    triggers: ['shipment.processed', 'return.updated'],
    payload: (id) => ({ loop_shipment_id: 4417, happy_returns_shipment_id: `HR-${id}` }),
  },
  {
    topic: 'ship-by-loop.shipment',
    page: `${pages}/ship-by-loop-shipment-webhook`,
    triggers: [
      'ship-by-loop.services.requested',
      'ship-by-loop.purchase.requested',
      'ship-by-loop.cancellation.requested',
    ],
    payload: (id) => ({ shipment_id: `S${id}`, packages: [{ service: null, tracking_number: null }] }),
  },
  {
    topic: 'a.topic.of.tomorrow',
    page: 'a topic of tomorrow',
    triggers: ['something.happened', 'return.updated'],
    payload: (id) => ({ id }),
  },
];

const failed = (id: string, more: JsonObject = {}): JsonObject => ({
  topic: 'return.processing',
  trigger: 'return.processing.failed',
  return_id: Number(id),
  return_state: 'open',
  message: 'The exchange order could not be placed',
  source: 'warehouse',
  ...more,
});
const failedPage = `${pages}/return-processing-webhook`;
const processing = [opened, fromMasonHub(fullReceipt)];

/** Every topic but `return` and `label`. */
export const topics: readonly Story[] = [
  ...foreign.flatMap(({ topic, page, triggers, payload }) =>
    triggers.map(
      (trigger): Story => ({
        name: `the topic ${topic} with the trigger ${trigger} says nothing of a return's way`,
        published: page,
        steps: [opened, fromLoop((id) => ({ topic, trigger, ...payload(id) }), 'ignored')],
        makes: () => ({ status: 'open', rma: { status: 'open' }, told: { processed: 0, flagged: 0 } }),
      }),
    ),
  ),
  {
    name: 'processing failed, with a reason',
    published: failedPage,
    steps: [...processing, fromLoop((id) => failed(id))],
    makes: () => ({
      status: 'attention',
      reason: ['The exchange order could not be placed'],
      told: { processed: 1 },
    }),
  },
  {
    name: 'processing failed, with no reason and from nobody knows where',
    published: failedPage,
    steps: [...processing, fromLoop((id) => failed(id, { return_id: id, message: null, source: null }))],
    makes: () => ({ status: 'attention', told: { processed: 1, flagged: 0 } }),
  },
  ...['admin', 'api', 'a source of tomorrow'].map(
    (source): Story => ({
      name: `processing failed, started by ${source}, in a return that is in review`,
      published: failedPage,
      steps: [
        ...processing,
        { at: 'loop', becomes: { state: 'review' } },
        fromLoop((id) => failed(id, { source, return_state: 'review' })),
      ],
      makes: () => ({ status: 'attention', told: { processed: 1, flagged: 0 } }),
    }),
  ),
  {
    name: 'processing failed in a state that nobody knows',
    published: failedPage,
    steps: [...processing, fromLoop((id) => failed(id, { return_state: 'partial' }))],
    makes: () => ({ status: 'attention', told: { processed: 1, flagged: 0 } }),
  },
  {
    name: 'processing failed that this service had not asked for',
    published: failedPage,
    steps: [opened, fromLoop((id) => failed(id, { source: 'admin' }))],
    makes: () => ({ rma: { status: 'open' }, told: { processed: 0, flagged: 0 } }),
  },
  {
    name: 'processing that did something else',
    published: `${failedPage} (only the failure is sent today)`,
    steps: [opened, fromLoop((id) => failed(id, { trigger: 'return.processing.finished' }), 'ignored')],
    makes: () => ({ status: 'open', told: { processed: 0, flagged: 0 } }),
  },
];
