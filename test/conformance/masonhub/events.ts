import { fromMasonHub, type Proof, type Story } from '../corpus.ts';
import { opened } from '../loop/payloads.ts';
import { anRma, envelope, event, first, fullReceipt, second } from './payloads.ts';

const page = 'masonhub-docs api-reference/callback-events/RMA-events';
const description = 'masonhub-docs public description, POST /rmaEvent';
const envelopes = 'masonhub-docs api-reference/callback-events';
const signatures = 'masonhub-docs data-sync/callback-events';

const nothingSent = { processed: 0, flagged: 0 };
const open = () => ({ status: 'open' as const, told: nothingSent });
const receiving = () => ({ status: 'receiving' as const, told: nothingSent });
const processing = () => ({ status: 'processing' as const, told: { processed: 1, flagged: 0 } });

const carrier = ['tendered', 'inTransit', 'delivered', 'undeliverable'];
const dock = ['onDock', 'receivingStarted'];

/** How far a parcel is: every status, in both versions. */
const progress: readonly Story[] = [
  ...carrier.flatMap((status): Story[] => [
    {
      name: `version 2.0, event_type ${status}, without details`,
      published: description,
      steps: [opened, fromMasonHub((id) => event(id, status))],
      makes: open,
    },
    {
      name: `version 2.0, status ${status}, with details`,
      published: description,
      steps: [opened, fromMasonHub((id) => second(id, status, { line_items: [] }))],
      makes: open,
    },
    {
      name: `version 1.0, status ${status}`,
      published: page,
      steps: [opened, fromMasonHub((id) => first(id, { status, received_at: null, line_items: [] }))],
      makes: open,
    },
  ]),
  ...[...dock, 'in-receiving'].flatMap((status): Story[] => [
    {
      name: `version 2.0, event_type ${status}`,
      published: description,
      steps: [opened, fromMasonHub((id) => event(id, status))],
      makes: receiving,
    },
    {
      name: `version 2.0, status ${status}, with details`,
      published: description,
      steps: [opened, fromMasonHub((id) => second(id, status, { received_at: null }))],
      makes: receiving,
    },
    {
      name: `version 1.0, status ${status}`,
      published: description,
      steps: [opened, fromMasonHub((id) => first(id, { status, received_at: null }))],
      makes: receiving,
    },
  ]),
  {
    name: 'a status of tomorrow is no reason to refuse the message',
    published: 'a status of tomorrow',
    steps: [opened, fromMasonHub((id) => event(id, 'weighed'), 'taken')],
    makes: open,
  },
  {
    name: 'an event of an RMA that Loop has not told of',
    published: description,
    steps: [fromMasonHub((id) => event(id, 'inTransit'))],
    makes: () => ({ rma: null }),
  },
  {
    name: 'a receipt that comes before Loop tells of its return waits for it',
    published: `${envelopes} (at least once, in any order)`,
    steps: [fromMasonHub(fullReceipt), opened],
    makes: processing,
  },
];

/** What is around the RMA: versions, arrays, repeats. */
const envelopesSeen: readonly Story[] = [
  {
    name: 'no version at all, as the page about RMA events has it',
    published: page,
    steps: [opened, fromMasonHub((id) => envelope(undefined, [anRma(id)]))],
    makes: processing,
  },
  ...[1, '1.0', '1'].map(
    (version): Story => ({
      name: `the first version as ${JSON.stringify(version)}`,
      published: envelopes,
      steps: [opened, fromMasonHub((id) => envelope(version, [anRma(id)]))],
      makes: processing,
    }),
  ),
  ...[2, '2.0', '3.0'].map(
    (version): Story => ({
      name: `a later version as ${JSON.stringify(version)}`,
      published: envelopes,
      steps: [opened, fromMasonHub((id) => ({ ...fullReceipt(id), api_version: version }))],
      makes: processing,
    }),
  ),
  {
    name: 'a time of its own, and fields that nobody knows yet',
    published: 'masonhub-docs api-reference/callbacks (callback payload format)',
    steps: [
      opened,
      fromMasonHub((id) => ({ ...fullReceipt(id), timestamp: '2026-11-24T10:12:01Z', attempt: 1 })),
    ],
    makes: processing,
  },
  {
    name: 'an array of one message',
    published: description,
    steps: [opened, fromMasonHub((id) => [fullReceipt(id)])],
    makes: processing,
  },
  {
    name: 'an array of several messages',
    published: description,
    steps: [opened, fromMasonHub((id) => [event(id, 'delivered'), event(id, 'onDock'), fullReceipt(id)])],
    makes: processing,
  },
  {
    name: 'several RMAs in one message, of which one is of nobody here',
    published: page,
    steps: [opened, fromMasonHub((id) => envelope('1.0', [anRma(`WHOLESALE-${id}`), anRma(id)]))],
    makes: processing,
  },
  {
    name: 'a number for the identifier',
    published: 'types that integrations have met in callbacks',
    steps: [opened, fromMasonHub((id) => first(id, { customer_identifier: Number(id) }))],
    makes: processing,
  },
  {
    name: 'the same message_id twice is one message',
    published: `${envelopes} (use message_id against repeats)`,
    steps: [
      opened,
      fromMasonHub((id) => ({ ...fullReceipt(id), message_id: `00000000-0000-4000-8000-0000${id}` })),
      fromMasonHub(
        (id) => ({ ...fullReceipt(id), message_id: `00000000-0000-4000-8000-0000${id}` }),
        'duplicate',
      ),
    ],
    makes: processing,
  },
  ...(['bearer', 'body', 'signature', 'bare signature'] as const).map(
    (proof: Proof): Story => ({
      name: `a message that proves itself: ${proof}`,
      published: proof.includes('signature')
        ? signatures
        : 'masonhub-docs api-reference/callbacks/create-callback-urls',
      steps: [opened, fromMasonHub(fullReceipt, 'accepted', proof)],
      makes: processing,
    }),
  ),
];

const sku = {
  sku_id: 'e1',
  customer_identifier: 'BOOT-OLIVE-41',
  total_units: 40,
  total_available_to_sell: 31,
};
const order = {
  order_id: 'o1',
  customer_identifier: '58102',
  status: 'fulfilled',
  shipments: [],
  shorts: [],
};
const resolution = {
  id: 'r1',
  customer_order_id: '58102',
  status: 'failure',
  reason: 'It is packed already',
};
const inbound = { id: 'i1', customer_identifier: 'PO-7', status: 'onDock', as_of: '2026-11-24T08:00:00Z' };
const snapshot = { snapshot_id: 's1', snapshot_type: 'full', as_of: '2026-11-24T08:00:00Z' };

/** What can be pointed here by mistake. */
const foreign: readonly Story[] = [
  ['skuInventoryChange', [sku]] as const,
  ['orderEvent', [order]] as const,
  ['orderUpdateResolution', [resolution]] as const,
  ['orderCancelResolution', [resolution]] as const,
  ['inboundShipmentEvent', [{ ...inbound, details: { line_items: [] } }]] as const,
  ['snapshotReady', snapshot] as const,
  ['shipmentEvent', [order]] as const,
  ['inboundReceived', [inbound]] as const,
  ['qualityEvent', [sku]] as const,
  ['a type of tomorrow', [{}]] as const,
].map(
  ([message_type, data]): Story => ({
    name: `the message type ${message_type} says nothing of a return`,
    published: message_type.startsWith('a ') ? 'a type of tomorrow' : envelopes,
    steps: [fromMasonHub(() => envelope('1.0', data, { message_type }), 'ignored')],
    makes: () => ({ status: null, rma: null }),
  }),
);

/** Messages that one page shows without an envelope. */
const bare: readonly Story[] = [
  { event_type: 'order.shipped', order_id: 'ORD-7', external_id: '58102', shipments: [] },
  {
    event_type: 'inbound_shipment.received',
    inbound_shipment_id: 'IB-7',
    external_id: 'PO-7',
    received_items: [],
  },
].map(
  (message): Story => ({
    name: `${message.event_type}, without an envelope, says nothing of a return`,
    published: signatures,
    steps: [fromMasonHub((id) => ({ ...message, timestamp: '2026-11-24T08:00:00Z', nonce: id }), 'ignored')],
    makes: () => ({ status: null, rma: null }),
  }),
);

export const events = [...progress, ...envelopesSeen, ...foreign, ...bare];
