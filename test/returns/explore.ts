import type { Merchant } from '../../src/config/merchants.ts';
import type { ReturnEvent } from '../../src/returns/events.ts';
import { apply, dueSteps, rmaTask } from '../../src/returns/lifecycle.ts';
import {
  type LoopState,
  newReturn,
  type Receipt,
  type Return,
  type Rma,
  type Status,
} from '../../src/returns/return.ts';
import { statusOf } from '../../src/returns/status.ts';

/** Walks through everything that can happen to a return, until nothing new comes of it. */
export function exploreMoves(merchants: readonly Merchant[], deepest: number): Set<string> {
  const moves = new Set<string>();
  for (const [merchant, told] of merchants.flatMap((one) => worlds.map((world) => [one, world] as const))) {
    let edge = [newReturn(merchant.slug, '99904598')];
    const seen = new Set(edge.map((facts) => JSON.stringify(facts)));
    for (let depth = 0; depth < deepest && edge.length > 0; depth++) {
      const next: Return[] = [];
      for (const before of edge) {
        for (const event of [...told, ...answersFor(before)]) {
          const { after } = apply(before, event, merchant);
          note(moves, statusOf(before).status, statusOf(after).status);
          const key = JSON.stringify(after);
          if (!seen.has(key)) next.push(after);
          seen.add(key);
        }
      }
      edge = next;
    }
  }
  return moves;
}

function note(moves: Set<string>, from: Status, to: Status): void {
  if (from !== to) moves.add(`${from} --> ${to}`);
}

const goods = { sku: 'TEE-1', reason: 'Too big', parentReason: null, destinationId: null };

interface Says {
  readonly state: LoopState;
  readonly second: number;
  readonly sku?: string;
  readonly hasLabel?: boolean;
  readonly unread?: string;
}

function loopSays(trigger: string, { state, second, sku, hasLabel, unread }: Says): ReturnEvent {
  const label = {
    trackingNumber: '1Z999AA10123456784',
    lineItemIds: [],
    standing: 'live',
    at: null,
  } as const;
  return {
    kind: 'loopReturn',
    trigger,
    heardBy: 'webhook',
    facts: {
      state,
      stateWord: null,
      editedAt: `2026-11-01T00:00:0${second}.000Z`,
      updatedAt: null,
      heardOpen: state !== 'closed',
      unread: unread ?? null,
      packageReference: null,
      orderName: '#1001',
      orderNumber: '1001',
      providerOrderId: '1',
      destinationId: null,
      items: unread === undefined ? [{ ...goods, sku: sku ?? 'TEE-1', lineItemId: '1', units: 1 }] : [],
      labels: hasLabel === false ? [] : [{ ...label, lineItemIds: [] }],
    },
  };
}

function receiptOf(disposition: string): Receipt {
  const received = [{ disposition, units: 1, note: null }];
  return { lines: [{ sku: 'TEE-1', onRma: true, counted: 1, received }], note: null };
}

const fromMasonHub: readonly ReturnEvent[] = [
  { kind: 'receiving', stage: 'onDock' },
  { kind: 'receipt', trigger: 'receipt', receipt: receiptOf('available') },
  { kind: 'receipt', trigger: 'receipt', receipt: receiptOf('damaged') },
];

/** What vendors can say at any time: of a return with a label, of one that is kept, of one that is not understood. */
const worlds: readonly (readonly ReturnEvent[])[] = [
  [
    loopSays('return.created', { state: 'open', second: 1 }),
    loopSays('return.updated', { state: 'open', second: 2, sku: '' }),
    loopSays('return.updated', { state: 'cancelled', second: 3 }),
    loopSays('return.updated', { state: 'open', second: 4 }),
    loopSays('return.closed', { state: 'closed', second: 5 }),
    ...fromMasonHub,
    { kind: 'processingFailed', message: 'The payment provider said no' },
  ],
  [
    loopSays('return.created', { state: 'open', second: 1, hasLabel: false }),
    loopSays('return.closed', { state: 'closed', second: 5, hasLabel: false }),
    {
      kind: 'label',
      trigger: 'label.created',
      trackingNumber: '1Z999AA10123456784',
      standing: 'live',
      at: null,
    },
    ...fromMasonHub,
  ],
  [
    loopSays('return.created', { state: 'unknown', second: 1 }),
    loopSays('return.updated', { state: 'open', second: 2, unread: 'line_items: not understood' }),
    loopSays('return.updated', { state: 'review', second: 3 }),
    loopSays('return.closed', { state: 'closed', second: 5 }),
    { kind: 'receiptUnread', why: 'line_items: not understood' },
    ...fromMasonHub,
  ],
];

function answersFor(facts: Return): ReturnEvent[] {
  const answers: ReturnEvent[] = [];
  const due = dueSteps(facts);
  if (due.includes('rma')) answers.push(...rmaAnswers(facts));
  if (due.includes('message')) {
    answers.push(
      { kind: 'messageAccepted', stateWhenSent: null },
      { kind: 'messageRefused', why: 'In review.', state: 'review' },
    );
    answers.push({ kind: 'messageRefused', why: 'Closed.', state: 'closed' });
  }
  if (due.includes('note')) answers.push({ kind: 'noteAdded' }, { kind: 'noteRefused', why: 'Too long' });
  if (due.includes('closing')) answers.push({ kind: 'stateTold', state: 'closed', word: null });
  if (due.includes('details')) answers.push({ kind: 'stateTold', state: 'open', word: null });
  answers.push(...due.map((step) => ({ kind: 'stepFailed' as const, step, why: 'The vendor is down' })));
  if (statusOf(facts).status === 'attention') answers.push({ kind: 'retryRequested' });
  return answers;
}

function rmaAnswers(facts: Return): ReturnEvent[] {
  if (rmaTask(facts) === 'delete')
    return [
      { kind: 'rmaDeleteSent' },
      { kind: 'rmaDeleted' },
      { kind: 'rmaFixed', task: 'delete', stage: 'moving', status: 'inTransit' },
      { kind: 'rmaRefused', why: 'Being received' },
    ];
  if (facts.wanted?.kind !== 'rma') return [];
  const rma: Rma = facts.wanted.rma;
  const changes: ReturnEvent[] = [
    { kind: 'rmaFixed', task: 'replace', stage: 'delivered', status: 'delivered' },
    { kind: 'rmaGone' },
  ];
  return [
    ...(rmaTask(facts) === 'replace' ? changes : []),
    { kind: 'rmaSent', rma },
    { kind: 'rmaAccepted', rma, how: 'created' },
    { kind: 'rmaRefused', why: 'SKU not found' },
  ];
}
