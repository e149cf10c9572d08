import { fromLoop, fromMasonHub, type Message, type Step, type Story } from '../corpus.ts';
import {
  aLabel,
  BOOT,
  bootItem,
  bothUnits,
  later,
  opened,
  SOCK,
  sockItem,
  trackingOf,
} from '../loop/payloads.ts';
import { fullReceipt } from './payloads.ts';

const updates = 'masonhub-docs api-reference/returns/update-returns';
const deletions = 'masonhub-docs api-reference/returns/delete-returns';

const fewerItems: Message = fromLoop((id) => later(id, 9, { line_items: [sockItem()] }));
const moreItems: Message = fromLoop((id) =>
  later(id, 9, {
    line_items: [bootItem(), sockItem(), { ...sockItem(), line_item_id: 40_117_009, sku: 'CAP-RED' }],
  }),
);
const anotherLabel: Message = fromLoop((id) =>
  later(id, 9, {
    labels: [
      aLabel(id, { status: 'cancelled' }),
      aLabel(id, { tracking_number: trackingOf(id, 'B'), updated_at: '2026-11-20T16:09:00.000Z' }),
    ],
  }),
);
const cancelled: readonly Step[] = [
  { at: 'loop', becomes: { state: 'cancelled' } },
  fromLoop((id) => later(id, 9, { state: 'cancelled' })),
];

/** Where the parcel is already, as far as MasonHub goes, when Loop changes the return. No message has said so. */
export const refusals: readonly Story[] = [
  ...['open', 'tendered', 'inTransit'].map(
    (status): Story => ({
      name: `an RMA that is ${status} can be replaced`,
      published: updates,
      steps: [opened, { at: 'masonhub', becomes: { status } }, fewerItems],
      makes: (id) => ({ status: 'open', rma: { packageId: trackingOf(id), units: { [SOCK]: 1 } } }),
    }),
  ),
  ...['delivered', 'in-receiving', 'received'].flatMap((status): Story[] => [
    {
      name: `an RMA that is ${status} cannot be replaced: it stays as it is, and that is no trouble`,
      published: updates,
      steps: [opened, { at: 'masonhub', becomes: { status } }, fewerItems],
      makes: (id) => ({
        notStatus: 'attention',
        rma: { packageId: trackingOf(id), units: bothUnits },
        told: { processed: 0, flagged: 0 },
      }),
    },
    {
      name: `an RMA that is ${status} and lacks what Loop has now: the receipt is flagged, and names it`,
      published: updates,
      steps: [opened, { at: 'masonhub', becomes: { status } }, moreItems, fromMasonHub(fullReceipt)],
      makes: () => ({ status: 'flagged', notes: ['CAP-RED'], told: { processed: 0, flagged: 1 } }),
    },
    {
      name: `an RMA that is ${status} and holds more than Loop has now: what came beyond it is named`,
      published: updates,
      steps: [opened, { at: 'masonhub', becomes: { status } }, fewerItems, fromMasonHub(fullReceipt)],
      makes: () => ({ status: 'processing', notes: [BOOT], told: { processed: 1, flagged: 0 } }),
    },
    {
      name: `an RMA that is ${status}, of which only the label changed: the receipt decides`,
      published: updates,
      steps: [opened, { at: 'masonhub', becomes: { status } }, anotherLabel, fromMasonHub(fullReceipt)],
      makes: () => ({ status: 'processing', told: { processed: 1, flagged: 0 } }),
    },
  ]),
  {
    name: 'an RMA that is open can be deleted',
    published: deletions,
    steps: [opened, { at: 'masonhub', becomes: { status: 'open' } }, ...cancelled],
    makes: () => ({ status: 'cancelled', rma: { status: 'deleted' } }),
  },
  ...['tendered', 'inTransit', 'delivered'].flatMap((status): Story[] => [
    {
      name: `an RMA that is ${status} cannot be deleted: a person reads that the parcel is on its way`,
      published: deletions,
      steps: [opened, { at: 'masonhub', becomes: { status } }, ...cancelled],
      makes: () => ({
        status: 'attention',
        reason: ['cancelled', 'on its way'],
        rma: { status },
        told: { processed: 0, flagged: 0 },
      }),
    },
    {
      name: `an RMA that is ${status} cannot be deleted, and its receipt comes: the reason says that`,
      published: deletions,
      steps: [opened, { at: 'masonhub', becomes: { status } }, ...cancelled, fromMasonHub(fullReceipt)],
      makes: () => ({
        status: 'attention',
        reason: ['cancelled', 'recei'],
        told: { processed: 0, flagged: 0 },
      }),
    },
  ]),
  ...['in-receiving', 'received', 'undeliverable'].map(
    (status): Story => ({
      name: `an RMA that is ${status} cannot be deleted: a person looks`,
      published: deletions,
      steps: [opened, { at: 'masonhub', becomes: { status } }, ...cancelled],
      makes: () => ({
        status: 'attention',
        reason: ['cancelled'],
        rma: { status },
        told: { processed: 0, flagged: 0 },
      }),
    }),
  ),
];
