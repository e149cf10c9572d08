import { phpJson } from '../../../src/stand-ins/loop/payloads.ts';
import { fromLoop, type Story } from '../corpus.ts';
import {
  aLabel,
  aReturn,
  BOOT,
  bootItem,
  bothUnits,
  later,
  opened,
  openedWithoutLabel,
  SOCK,
  sockItem,
  trackingOf,
} from './payloads.ts';

const page = 'docs.loopreturns.com/webhook-reference/topics/return-webhook';
const olderPage = 'docs.loopreturns.com/reference/return-webhook';
const happyReturns = 'docs.loopreturns.com/integration-guides/happy-returns';

const seen = 'types that integrations have met in deliveries';
const open = (id: string) => ({
  status: 'open' as const,
  rma: { packageId: trackingOf(id), units: bothUnits },
});

/** The topic `return`: what it tells, and in how many spellings. */
export const returns: readonly Story[] = [
  { name: 'a return as documented today opens its RMA', published: page, steps: [opened], makes: open },
  {
    name: 'a return whose id is a number',
    published: 'docs.loopreturns.com/webhook-reference/topics/return',
    steps: [fromLoop((id) => aReturn(id, { id: Number(id) }))],
    makes: open,
  },
  {
    name: 'a return whose numbers are all texts',
    published: seen,
    steps: [
      fromLoop((id) =>
        aReturn(id, {
          shop_id: '71204',
          order_id: '6620114',
          line_items: [
            bootItem({ line_item_id: '40117001', provider_line_item_id: '15550001117' }),
            sockItem({ line_item_id: '40117002', variant_id: '47770001' }),
          ],
          labels: [aLabel(id, { line_items: ['40117001', '40117002'] })],
        }),
      ),
    ],
    makes: open,
  },
  {
    name: 'a return whose zip and order numbers are numbers',
    published: page,
    steps: [
      fromLoop((id) =>
        aReturn(id, { provider_order_id: 5_599_104_420_001, order_number: 58_102, address: { zip: 97_301 } }),
      ),
    ],
    makes: open,
  },
  {
    name: 'a tracking number that is a number',
    published: page,
    steps: [
      fromLoop((id) => aReturn(id, { labels: [aLabel(id, { tracking_number: 731_904_000_112_233 })] })),
    ],
    makes: () => ({ status: 'open', rma: { packageId: '731904000112233', units: bothUnits } }),
  },
  {
    name: 'dates with a space and no zone',
    published: 'docs.loopreturns.com/api-reference/latest/return-data/get-return-details',
    steps: [
      fromLoop((id) =>
        aReturn(id, {
          created_at: '2026-11-20 15:58:00',
          edited_at: '2026-11-20 15:59:30',
          labels: [aLabel(id, { updated_at: '2026-11-20 16:01:10' })],
        }),
      ),
    ],
    makes: open,
  },
  ...(['', null] as const).map(
    (absent): Story => ({
      name: `barcodes, reasons and comments that are ${JSON.stringify(absent)}`,
      published: seen,
      steps: [
        fromLoop((id) => {
          const nothing = {
            barcode: absent,
            return_reason: absent,
            parent_return_reason: absent,
            return_comment: absent,
          };
          return aReturn(id, { line_items: [bootItem(nothing), sockItem(nothing)] });
        }),
      ],
      makes: open,
    }),
  ),
  ...(['', null] as const).map(
    (absent): Story => ({
      name: `a SKU that is ${JSON.stringify(absent)} is for a person, who reads which item it is`,
      published: seen,
      steps: [fromLoop((id) => aReturn(id, { line_items: [bootItem(), sockItem({ sku: absent })] }))],
      makes: () => ({ status: 'attention', reason: ['SKU', '40117002'], rma: null }),
    }),
  ),
  {
    name: 'one line item is one unit, and the same SKU twice is two units',
    published: page,
    steps: [
      fromLoop((id) =>
        aReturn(id, {
          line_items: [bootItem(), bootItem({ line_item_id: 40_117_002 })],
          labels: [aLabel(id)],
        }),
      ),
    ],
    makes: (id) => ({ status: 'open', rma: { packageId: trackingOf(id), units: { [BOOT]: 2 } } }),
  },
  {
    name: 'an exchange whose variant is an object',
    published: page,
    steps: [
      fromLoop((id) =>
        aReturn(id, {
          exchange_total: '127.44',
          line_items: [
            bootItem({ outcome: 'exchange', exchange_variant: { title: '42', sku: 'BOOT-OLIVE-42' } }),
            sockItem(),
          ],
          exchanges: [{ exchange_id: 1180, sku: 'BOOT-OLIVE-42', title: '42', price: '118.00' }],
        }),
      ),
    ],
    makes: open,
  },
  {
    name: 'a gift return, a warranty and store credit are returns like any other',
    published: 'docs.loopreturns.com/integration-guides/process-returns',
    steps: [
      fromLoop((id) =>
        aReturn(id, { is_gift_return: true, is_warranty: true, gift_card: '142.56', refund: '0.00' }),
      ),
    ],
    makes: open,
  },
  {
    name: 'refunds, and fields that nobody knows yet',
    published: 'docs.loopreturns.com/api-reference (additive changes)',
    steps: [
      fromLoop((id) =>
        aReturn(id, {
          refunds: [{ gateway: 'Stripe', amount: 20, currency: 'USD', provider_refund_id: 77 }],
          carbon: { grams: 812 },
          line_items: [bootItem({ photos: ['1.jpg'] }), sockItem()],
        }),
      ),
    ],
    makes: open,
  },
  {
    name: 'JSON as PHP writes it is signed as it is written',
    published: `${olderPage} (slashes are escaped before the body is signed)`,
    steps: [
      fromLoop((id) => phpJson(aReturn(id, { line_items: [bootItem({ title: 'Bøøt 41/42' }), sockItem()] }))),
    ],
    makes: open,
  },
  {
    name: 'the same delivery twice is one',
    published: 'docs.loopreturns.com/webhook-reference/getting-started (failed webhooks are sent again)',
    steps: [opened, fromLoop((id) => aReturn(id), 'duplicate')],
    makes: open,
  },
  ...[
    ['destination_id', { destination_id: 1042 }],
    ['destination_id as text', { destination_id: '1042' }],
    ['destination', { destination: { id: 1042, name: 'Rancho Cucamonga' } }],
    ['no destination', { destination_id: null, destination: null }],
  ].map(
    ([what, more]): Story => ({
      name: `a return with ${what}, for a merchant who sends all to MasonHub`,
      published: 'help.loopreturns.com, destinations',
      steps: [fromLoop((id) => aReturn(id, typeof more === 'object' ? more : {}))],
      makes: open,
    }),
  ),

  // Labels that are not there yet.
  {
    name: 'no label yet: an empty list, and the label comes with an update',
    published: page,
    steps: [openedWithoutLabel, fromLoop((id) => later(id, 4, { labels: [aLabel(id)] }))],
    makes: open,
  },
  {
    name: 'no label yet: nothing in any of the fields',
    published: page,
    steps: [openedWithoutLabel],
    makes: (id) => ({ status: 'open', rma: { packageId: id, units: bothUnits } }),
  },
  ...[
    { carrier: '', tracking_number: 'N/A', label_status: 'pending', label_updated_at: null },
    { carrier: 'N/A', tracking_number: 'N/A', label_status: 'N/A', label_updated_at: null },
    { carrier: null, tracking_number: null, label_status: null, label_updated_at: null },
  ].map(
    (top): Story => ({
      name: `no label yet: carrier ${JSON.stringify(top.carrier)} and status ${JSON.stringify(top.label_status)}`,
      published: 'docs.loopreturns.com/webhook-reference/topics/return',
      steps: [fromLoop((id) => aReturn(id, { labels: undefined, ...top }))],
      makes: (id) => ({ status: 'open', rma: { packageId: id, units: bothUnits } }),
    }),
  ),
  {
    name: 'a label at the top, as in older deliveries',
    published: olderPage,
    steps: [
      fromLoop((id) =>
        aReturn(id, {
          labels: undefined,
          carrier: 'UPS',
          tracking_number: trackingOf(id),
          label_status: 'pre_transit',
          label_updated_at: '2026-11-20 16:01:10',
        }),
      ),
    ],
    makes: open,
  },
  {
    name: 'a bag instead of a label: the reference comes with an update',
    published: happyReturns,
    steps: [
      fromLoop((id) => aReturn(id, { labels: [], package_reference: null })),
      fromLoop((id) => later(id, 4, { labels: [], package_reference: `HR7319${id}` })),
    ],
    makes: (id) => ({ status: 'open', rma: { packageId: `HR7319${id}`, units: bothUnits } }),
  },
  {
    name: 'a bag and a label: the label is what is on the box',
    published: happyReturns,
    steps: [fromLoop((id) => aReturn(id, { package_reference: `HR7319${id}` }))],
    makes: open,
  },

  // Changes.
  {
    name: 'an update without an item takes it off the RMA',
    published: page,
    steps: [opened, fromLoop((id) => later(id, 9, { line_items: [sockItem()] }))],
    makes: (id) => ({ status: 'open', rma: { packageId: trackingOf(id), units: { [SOCK]: 1 } } }),
  },
  {
    name: 'an update that is older than what is known changes nothing',
    published: 'docs.loopreturns.com/webhook-reference/getting-started (in any order)',
    steps: [fromLoop((id) => later(id, 9, {})), fromLoop((id) => later(id, 4, { line_items: [sockItem()] }))],
    makes: open,
  },
  {
    name: 'the topic decides the shape: a return with the trigger of a label',
    published: 'docs.loopreturns.com/reference/setting-up-webhooks (any topic with any trigger)',
    steps: [openedWithoutLabel, fromLoop((id) => later(id, 4, { trigger: 'label.updated' }))],
    makes: open,
  },
  ...['restock.requested', 'giftcard.requested', 'shipment.processed', 'label.request.issued'].map(
    (trigger): Story => ({
      name: `the topic decides the shape: a return with the trigger ${trigger}`,
      published: 'docs.loopreturns.com/reference/setting-up-webhooks (any topic with any trigger)',
      steps: [openedWithoutLabel, fromLoop((id) => later(id, 4, { trigger }))],
      makes: open,
    }),
  ),

  // Items that are on no label.
  {
    name: 'an item that is on no label, although the labels name their items, is still expected',
    published: 'help.loopreturns.com, keep item',
    steps: [fromLoop((id) => aReturn(id, { labels: [aLabel(id, { line_items: [40_117_001] })] }))],
    makes: open,
  },
  {
    name: 'a return that was kept whole, first heard of as closed, has no parcel',
    published: 'help.loopreturns.com, keep item',
    steps: [fromLoop((id) => aReturn(id, { state: 'closed', trigger: 'return.closed', labels: [] }))],
    makes: () => ({ rma: null, told: { processed: 0, flagged: 0 } }),
  },
  {
    name: 'a return that was kept whole has its RMA deleted when it is closed without ever having had a label',
    published: 'help.loopreturns.com, keep item',
    steps: [
      openedWithoutLabel,
      fromLoop((id) => later(id, 4, { state: 'closed', trigger: 'return.closed', labels: [] })),
    ],
    makes: () => ({ rma: { status: 'deleted' }, notStatus: 'attention', told: { processed: 0, flagged: 0 } }),
  },
  {
    name: 'a return in the shop is closed at once and has no label: no parcel',
    published: 'help.loopreturns.com, Loop POS',
    steps: [
      fromLoop((id) => aReturn(id, { state: 'closed', labels: [], edited_at: '2026-11-20T15:58:00+00:00' })),
    ],
    makes: () => ({ rma: null }),
  },
  ...['delivered', 'cancelled', 'expired'].map(
    (status): Story => ({
      name: `a return first heard of as closed, whose label is ${status}, has no parcel to expect`,
      published: `${page} (a closed return is updated for many reasons)`,
      steps: [fromLoop((id) => later(id, 4, { state: 'closed', labels: [aLabel(id, { status })] }))],
      makes: () => ({ rma: null, told: { processed: 0, flagged: 0 } }),
    }),
  ),
];
