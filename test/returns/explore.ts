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
  for (const merchant of merchants) {
    let edge = [newReturn(merchant.slug, '99904598')];
    const seen = new Set(edge.map((facts) => JSON.stringify(facts)));
    for (let depth = 0; depth < deepest && edge.length > 0; depth++) {
      const next: Return[] = [];
      for (const before of edge) {
        for (const event of eventsFor(before)) {
          const { after } = apply(before, event, merchant, new Date('2026-11-02T00:00:00Z'));
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

/** What vendors can say at any time, and the answers that a step can get while it is due. */
function eventsFor(facts: Return): ReturnEvent[] {
  return [...told, ...answersFor(facts)];
}

const goods = { sku: 'TEE-1', reason: 'Too big', parentReason: null, destinationId: null };

function loopSays(trigger: string, state: LoopState, second: number, skus: readonly string[]): ReturnEvent {
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
      unread: null,
      packageReference: null,
      orderName: '#1001',
      orderNumber: '1001',
      providerOrderId: '1',
      destinationId: null,
      items: skus.map((sku, index) => ({ ...goods, sku, lineItemId: String(index), units: 1 })),
      labels: [],
    },
  };
}

function receiptOf(disposition: string): Receipt {
  const received = [{ disposition, units: 1, note: null }];
  return {
    masonHubId: null,
    packageId: null,
    isBlind: false,
    lines: [{ sku: 'TEE-1', onRma: true, counted: 1, detailed: true, received }],
    note: null,
  };
}

const told: readonly ReturnEvent[] = [
  loopSays('return.created', 'open', 1, ['TEE-1']),
  loopSays('return.updated', 'open', 2, ['']),
  loopSays('return.updated', 'cancelled', 3, ['TEE-1']),
  loopSays('return.updated', 'open', 4, ['TEE-1']),
  loopSays('return.closed', 'closed', 5, ['TEE-1']),
  { kind: 'receiving', stage: 'onDock' },
  { kind: 'receipt', trigger: 'receipt', receipt: receiptOf('available') },
  { kind: 'receipt', trigger: 'receipt', receipt: receiptOf('damaged') },
  { kind: 'processingFailed', message: 'The payment provider said no' },
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
  answers.push(...due.map((step) => ({ kind: 'stepFailed' as const, step, why: 'The vendor is down' })));
  if (statusOf(facts).status === 'attention') answers.push({ kind: 'retryRequested' });
  return answers;
}

function rmaAnswers(facts: Return): ReturnEvent[] {
  if (rmaTask(facts) === 'delete')
    return [{ kind: 'rmaDeleteSent' }, { kind: 'rmaDeleted' }, { kind: 'rmaRefused', why: 'Being received' }];
  if (facts.wanted?.kind !== 'rma') return [];
  const rma: Rma = facts.wanted.rma;
  return [
    { kind: 'rmaSent', rma },
    { kind: 'rmaAccepted', rma, how: 'created' },
    { kind: 'rmaRefused', why: 'SKU not found' },
  ];
}
