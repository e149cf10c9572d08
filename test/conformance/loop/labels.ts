import { fromLoop, type Story } from '../corpus.ts';
import {
  aLabel,
  aReturn,
  bothUnits,
  labelPayload,
  later,
  opened,
  openedWithoutLabel,
  trackingOf,
} from './payloads.ts';

const today = 'docs.loopreturns.com/webhook-reference/topics/label';
const alsoToday = 'docs.loopreturns.com/webhook-reference/topics/label-webhook';
const olderPage = 'docs.loopreturns.com/reference/label-webhook';
const anyTrigger = 'docs.loopreturns.com/reference/setting-up-webhooks (any topic with any trigger)';
const severalLabels = 'help.loopreturns.com, several labels';

const withLabel = (id: string, label = 'A') => ({
  status: 'open' as const,
  rma: { packageId: trackingOf(id, label), units: bothUnits },
});
const withoutLabel = (id: string) => ({
  status: 'open' as const,
  rma: { packageId: id, units: bothUnits },
});

const dead = ['cancelled', 'expired', 'failure', 'error'];

/** The topic `label`: every trigger and status, in the shapes of then and now. */
const deliveries: readonly Story[] = [
  {
    name: 'the label as documented today: id is the return',
    published: today,
    steps: [openedWithoutLabel, fromLoop((id) => labelPayload(id, { label_status: 'new' }))],
    makes: withLabel,
  },
  {
    name: 'the label with numbers for ids',
    published: alsoToday,
    steps: [
      openedWithoutLabel,
      fromLoop((id) =>
        labelPayload(id, {
          id: Number(id),
          shop_id: 71_204,
          order_id: 6_620_114,
          label_updated_at: '2026-11-20T16:07:35.000Z',
        }),
      ),
    ],
    makes: withLabel,
  },
  {
    name: 'the label as it was once: return_id',
    published: olderPage,
    steps: [
      openedWithoutLabel,
      fromLoop((id) => labelPayload(id, { id: undefined, return_id: id, shipment_id: undefined })),
    ],
    makes: withLabel,
  },
  {
    name: 'the label as it was once, with a number and the other spelling of a date',
    published: olderPage,
    steps: [
      openedWithoutLabel,
      fromLoop((id) =>
        labelPayload(id, {
          id: undefined,
          return_id: Number(id),
          label_updated_at: '2026-11-20 16:07:35',
        }),
      ),
    ],
    makes: withLabel,
  },
  {
    name: 'a label whose tracking number is a number',
    published: olderPage,
    steps: [openedWithoutLabel, fromLoop((id) => labelPayload(id, { tracking_number: 731_904_000_112_244 }))],
    makes: () => ({ status: 'open', rma: { packageId: '731904000112244' } }),
  },
  {
    name: 'a label that comes before its return waits for it',
    published: 'docs.loopreturns.com/webhook-reference/getting-started (in any order)',
    steps: [fromLoop((id) => labelPayload(id)), openedWithoutLabel],
    makes: withLabel,
  },
  ...['label.created', 'label.updated', 'label.closed', 'label.requested'].map(
    (trigger): Story => ({
      name: `the trigger ${trigger} with a tracking number`,
      published: alsoToday,
      steps: [openedWithoutLabel, fromLoop((id) => labelPayload(id, { trigger }))],
      makes: withLabel,
    }),
  ),
  ...['label.created', 'label.updated', 'label.closed', 'label.requested'].map(
    (trigger): Story => ({
      name: `the trigger ${trigger} before there is a label`,
      published: alsoToday,
      steps: [
        openedWithoutLabel,
        fromLoop(
          (id) =>
            labelPayload(id, {
              trigger,
              carrier: '',
              tracking_number: 'N/A',
              label_status: 'N/A',
              label_updated_at: null,
              shipment_id: null,
            }),
          'taken',
        ),
      ],
      makes: withoutLabel,
    }),
  ),
  ...['new', 'pending', 'pre_transit', 'in_transit', 'out_for_delivery', 'delivered', 'N/A'].map(
    (label_status): Story => ({
      name: `a label whose status is ${label_status}`,
      published: today,
      steps: [
        openedWithoutLabel,
        fromLoop((id) => labelPayload(id, { trigger: 'label.updated', label_status })),
      ],
      makes: withLabel,
    }),
  ),
  ...['new', 'in_transit', 'delivered', 'failure', 'error', 'N/A', 'a word of tomorrow'].map(
    (label_status): Story => ({
      name: `the only label of a return becomes ${label_status}: it stays on the RMA`,
      published: today,
      steps: [opened, fromLoop((id) => labelPayload(id, { trigger: 'label.updated', label_status }))],
      makes: withLabel,
    }),
  ),
  ...dead.map(
    (label_status): Story => ({
      name: `another label that is ${label_status} does not take the place of the one that lives`,
      published: severalLabels,
      steps: [
        opened,
        fromLoop((id) =>
          labelPayload(id, {
            trigger: 'label.updated',
            label_status,
            tracking_number: trackingOf(id, 'B'),
          }),
        ),
      ],
      makes: withLabel,
    }),
  ),
  {
    name: 'a label payload without a label and without an id is about nothing',
    published: anyTrigger,
    steps: [
      openedWithoutLabel,
      fromLoop(() => ({ topic: 'label', trigger: 'return.created', shop_id: '71204' }), 'ignored'),
    ],
    makes: withoutLabel,
  },
  {
    name: 'a label payload that is empty but for its topic is about nothing',
    published: anyTrigger,
    steps: [fromLoop((id) => ({ topic: 'label', trigger: 'return.created', nonce: id }), 'ignored')],
    makes: () => ({ status: null, rma: null }),
  },
  ...['return.created', 'return.updated', 'return.closed', 'restock.requested'].map(
    (trigger): Story => ({
      name: `the topic decides the shape: a label with the trigger ${trigger}`,
      published: anyTrigger,
      steps: [openedWithoutLabel, fromLoop((id) => labelPayload(id, { trigger }))],
      makes: withLabel,
    }),
  ),
  {
    name: 'the topic label at return.created, before there is a label',
    published: anyTrigger,
    steps: [
      openedWithoutLabel,
      fromLoop(
        (id) =>
          labelPayload(id, {
            trigger: 'return.created',
            carrier: null,
            tracking_number: null,
            label_status: null,
            label_updated_at: null,
            shipment_id: null,
          }),
        'taken',
      ),
    ],
    makes: withoutLabel,
  },
];

/** Which of several labels is on the box. */
const choices: readonly Story[] = [
  ...dead.flatMap((status): Story[] => [
    {
      name: `a label that is ${status}, before one that lives`,
      published: severalLabels,
      steps: [
        fromLoop((id) =>
          aReturn(id, {
            labels: [aLabel(id, { status, tracking_number: trackingOf(id, 'B') }), aLabel(id)],
          }),
        ),
      ],
      makes: withLabel,
    },
    {
      name: `a label that is ${status}, after one that lives`,
      published: severalLabels,
      steps: [
        fromLoop((id) =>
          aReturn(id, {
            labels: [aLabel(id), aLabel(id, { status, tracking_number: trackingOf(id, 'B') })],
          }),
        ),
      ],
      makes: withLabel,
    },
  ]),
  ...['first', 'last'].map((place): Story => {
    const newer = (id: string) =>
      aLabel(id, { tracking_number: trackingOf(id, 'B'), updated_at: '2026-11-20T16:40:00.000Z' });
    return {
      name: `a newer label for the same items replaces the older one, also where it stands ${place}`,
      published: severalLabels,
      steps: [
        opened,
        fromLoop((id) =>
          later(id, 40, { labels: place === 'first' ? [newer(id), aLabel(id)] : [aLabel(id), newer(id)] }),
        ),
      ],
      makes: (id) => withLabel(id, 'B'),
    };
  }),
  {
    name: 'a label that is cancelled for another one',
    published: severalLabels,
    steps: [
      opened,
      fromLoop((id) =>
        later(id, 40, {
          labels: [
            aLabel(id, { status: 'cancelled' }),
            aLabel(id, { tracking_number: trackingOf(id, 'B'), updated_at: '2026-11-20T16:40:00.000Z' }),
          ],
        }),
      ),
    ],
    makes: (id) => withLabel(id, 'B'),
  },
  {
    name: 'a label shows its items whole',
    published: 'docs.loopreturns.com/webhook-reference/topics/return',
    steps: [
      fromLoop((id) =>
        aReturn(id, {
          labels: [aLabel(id, { line_items: [{ line_item_id: 40_117_001 }, { line_item_id: 40_117_002 }] })],
        }),
      ),
    ],
    makes: withLabel,
  },
  ...[[], null, undefined].map(
    (line_items): Story => ({
      name: `a label names no items: ${JSON.stringify(line_items) ?? 'nothing at all'}`,
      published: 'docs.loopreturns.com/webhook-reference/topics/return',
      steps: [fromLoop((id) => aReturn(id, { labels: [aLabel(id, { line_items })] }))],
      makes: withLabel,
    }),
  ),
];

export const labels: readonly Story[] = [...deliveries, ...choices];
