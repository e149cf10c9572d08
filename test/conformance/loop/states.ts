import { fromLoop, fromMasonHub, type Story } from '../corpus.ts';
import { fullReceipt } from '../masonhub/payloads.ts';
import { aReturn, bothUnits, later, opened, SOCK, sockItem, trackingOf } from './payloads.ts';

const page = 'docs.loopreturns.com/webhook-reference/topics/return-webhook';
const olderPage = 'docs.loopreturns.com/reference/return-webhook';
const admin = "Loop's admin and its tools for agents";
const help = 'help.loopreturns.com, needs review';

const cancelled = [
  { word: 'cancelled', published: page },
  { word: 'canceled', published: admin },
  { word: 'expired', published: olderPage },
];
const review = [
  { word: 'review', published: page },
  { word: 'needs review', published: 'docs.loopreturns.com/webhook-reference/topics/return' },
  { word: 'Needs Review', published: olderPage },
  { word: 'in_review', published: admin },
  { word: 'In Review', published: admin },
];
/** Words that mean nothing to this service; the last one is of no page, as one of tomorrow's would be. */
const unknown = [
  { word: 'partial', published: admin },
  { word: 'processing', published: admin },
  { word: 'processed', published: admin },
  { word: 'awaiting_pickup', published: 'a word of tomorrow' },
];

const expected = (id: string) => ({
  status: 'open' as const,
  rma: { packageId: trackingOf(id), units: bothUnits, status: 'open' },
  told: { processed: 0, flagged: 0 },
});

/** Every state that Loop has a word for, met first and met later. */
export const states: readonly Story[] = [
  { name: 'state open: the RMA opens', published: page, steps: [opened], makes: expected },
  {
    name: 'no state at all counts as open',
    published: `${page} (no field is promised)`,
    steps: [fromLoop((id) => aReturn(id, { state: undefined }))],
    makes: expected,
  },

  ...review.flatMap(({ word, published }): Story[] => [
    {
      name: `state ${word}, met first: the parcel comes all the same, and its RMA opens`,
      published,
      steps: [fromLoop((id) => aReturn(id, { state: word }))],
      makes: expected,
    },
    {
      name: `state ${word}, met later: the RMA stays`,
      published,
      steps: [opened, fromLoop((id) => later(id, 4, { state: word }))],
      makes: expected,
    },
    {
      name: `state ${word} after an accepted process: a person has to see it at once`,
      published: help,
      steps: [
        opened,
        fromMasonHub(fullReceipt),
        { at: 'loop', becomes: { state: 'review' } },
        fromLoop((id) => later(id, 30, { state: word })),
      ],
      makes: () => ({ status: 'attention', reason: ['review'], told: { processed: 1 } }),
    },
  ]),
  {
    name: 'review after an accepted process, and closed after all: it was processed',
    published: help,
    steps: [
      opened,
      fromMasonHub(fullReceipt),
      { at: 'loop', becomes: { state: 'review' } },
      fromLoop((id) => later(id, 30, { state: 'review' })),
      { at: 'loop', becomes: { state: 'closed' } },
      fromLoop((id) => later(id, 45, { state: 'closed', trigger: 'return.closed' })),
    ],
    makes: () => ({ status: 'processed', told: { processed: 1, flagged: 0 } }),
  },

  ...cancelled.flatMap(({ word, published }): Story[] => [
    {
      name: `state ${word}, met first: there is no parcel to expect`,
      published,
      steps: [fromLoop((id) => aReturn(id, { state: word }))],
      makes: () => ({ status: 'cancelled', rma: null, told: { processed: 0, flagged: 0 } }),
    },
    {
      name: `state ${word}, met later: the RMA is deleted`,
      published,
      steps: [
        opened,
        { at: 'loop', becomes: { state: 'cancelled' } },
        fromLoop((id) => later(id, 4, { state: word })),
      ],
      makes: () => ({ status: 'cancelled', rma: { status: 'deleted' }, told: { processed: 0, flagged: 0 } }),
    },
    {
      name: `state ${word}, and open again: the same number is created again`,
      published: 'masonhub-docs api-reference/returns/delete-returns (recovery from accidental deletion)',
      steps: [
        opened,
        fromLoop((id) => later(id, 4, { state: word })),
        fromLoop((id) => later(id, 9, { state: 'open' })),
      ],
      makes: expected,
    },
  ]),

  {
    name: 'state closed before the parcel came: the RMA stays, and nothing is sent at the receipt',
    published: 'help.loopreturns.com, processing on a carrier event',
    steps: [
      opened,
      { at: 'loop', becomes: { state: 'closed' } },
      fromLoop((id) => later(id, 4, { state: 'closed', trigger: 'return.closed' })),
      fromMasonHub(fullReceipt),
    ],
    makes: () => ({ status: 'processed', rma: { units: bothUnits }, told: { processed: 0, flagged: 0 } }),
  },
  {
    name: 'state closed after an accepted process: it was processed',
    published: 'docs.loopreturns.com/api-reference/latest/return-actions/process-return',
    steps: [
      opened,
      fromMasonHub(fullReceipt),
      { at: 'loop', becomes: { state: 'closed' } },
      fromLoop((id) => later(id, 30, { state: 'closed', trigger: 'return.closed' })),
    ],
    makes: () => ({ status: 'processed', told: { processed: 1, flagged: 0 } }),
  },

  ...unknown.flatMap(({ word, published }): Story[] => [
    {
      name: `state ${word}, met first: a parcel may come, so its RMA opens, and the timeline names the word`,
      published,
      steps: [{ at: 'loop', becomes: { state: word } }, fromLoop((id) => aReturn(id, { state: word }))],
      makes: (id) => ({ ...expected(id), timeline: [word] }),
    },
    {
      name: `state ${word}, met later: the RMA is kept up`,
      published,
      steps: [
        opened,
        { at: 'loop', becomes: { state: word } },
        fromLoop((id) => later(id, 4, { state: word, line_items: [sockItem()] })),
      ],
      makes: (id) => ({
        status: 'open',
        rma: { packageId: trackingOf(id), units: { [SOCK]: 1 }, status: 'open' },
        timeline: [word],
      }),
    },
    {
      name: `state ${word} at the receipt: no money moves on a word that is not known`,
      published,
      steps: [
        { at: 'loop', becomes: { state: word } },
        fromLoop((id) => aReturn(id, { state: word })),
        fromMasonHub(fullReceipt),
      ],
      makes: () => ({ told: { processed: 0 } }),
    },
    {
      name: `state ${word} at the receipt, and open later: then it is processed`,
      published,
      steps: [
        { at: 'loop', becomes: { state: word } },
        fromLoop((id) => aReturn(id, { state: word })),
        fromMasonHub(fullReceipt),
        { at: 'loop', becomes: { state: 'open' } },
        fromLoop((id) => later(id, 30, { state: 'open' })),
      ],
      makes: () => ({ status: 'processing', told: { processed: 1, flagged: 0 } }),
    },
  ]),
];
