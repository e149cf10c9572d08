import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../../src/config/merchants.ts';
import type { ReturnEvent } from '../../src/returns/events.ts';
import { apply, dueSteps } from '../../src/returns/lifecycle.ts';
import {
  newReturn,
  type Receipt,
  type Return,
  type Rma,
  type Status,
  stepOfWait,
} from '../../src/returns/return.ts';
import { rmaTask } from '../../src/returns/rma-task.ts';
import { statusOf } from '../../src/returns/status.ts';
import { causeOf } from './causes.ts';
import {
  found,
  item,
  labelTold,
  listed,
  loopTells,
  receiptOf,
  receiptTold,
  type TellChanges,
} from './fixtures.ts';

/** What brought a return from one status to another, and how things stood. */
export interface Cause {
  /** In words. */
  readonly what: string;
  readonly refundsEnabled: boolean;
  /** Whether Loop had closed the return before. */
  readonly wasClosed: boolean;
}

/** By the move, such as `open --> receiving`: everything that can bring a return that way. */
export type Moves = ReadonlyMap<string, readonly Cause[]>;

/** Walks through everything that can happen to a return, until nothing new comes of it. */
export function exploreMoves(merchants: readonly Merchant[], deepest: number): Moves {
  const moves = new Map<string, Cause[]>();
  for (const [merchant, told] of merchants.flatMap((one) => worlds.map((world) => [one, world] as const))) {
    let edge = [newReturn(merchant.slug, '99904598')];
    const seen = new Set(edge.map((facts) => JSON.stringify(facts)));
    for (let depth = 0; depth < deepest && edge.length > 0; depth++) {
      const next: Return[] = [];
      for (const before of edge) {
        for (const event of [...told, ...answersFor(before)]) {
          const { after } = apply(before, event, merchant, new Date('2026-11-02T00:00:00Z'));
          note(moves, before, statusOf(after).status, event, merchant);
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

function note(
  moves: Map<string, Cause[]>,
  before: Return,
  to: Status,
  event: ReturnEvent,
  { refunds }: Merchant,
): void {
  const from = statusOf(before).status;
  if (from === to) return;
  const cause = {
    what: causeOf(event),
    refundsEnabled: refunds,
    wasClosed: before.loop?.state === 'closed',
  };
  const move = `${from} --> ${to}`;
  const known = moves.get(move) ?? [];
  if (!known.some((one) => isDeepStrictEqual(one, cause))) moves.set(move, [...known, cause]);
}

interface Says extends Pick<TellChanges, 'state' | 'labels' | 'unread'> {
  readonly second: number;
  readonly sku?: string;
}

function loopSays(trigger: string, { second, sku, ...changes }: Says): ReturnEvent {
  const at = `2026-11-01T00:00:0${second}.000Z`;
  const labels = [listed('1Z999AA10123456784')];
  return loopTells({ trigger, at, items: [item(sku ?? 'TEE-1')], labels, ...changes });
}

const shownReceipts: readonly Receipt[] = [
  receiptOf(found('TEE-1', { available: 1 })),
  receiptOf(found('TEE-1', { damaged: 1 })),
  receiptOf(found('TEE-1', { qc: 1 })),
];
const fromMasonHub: readonly ReturnEvent[] = [
  { kind: 'receiving', stage: 'onDock' },
  ...shownReceipts.map(receiptTold),
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
    loopSays('return.created', { state: 'open', second: 1, labels: [] }),
    loopSays('return.closed', { state: 'closed', second: 5, labels: [] }),
    labelTold('1Z999AA10123456784'),
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
  const { wait } = facts;
  if (wait !== null && due.includes(stepOfWait[wait.for])) answers.push({ kind: 'waitOver', for: wait.for });
  answers.push(...due.map((step) => ({ kind: 'stepFailed' as const, step, why: 'The vendor is down' })));
  if (statusOf(facts).status === 'attention') answers.push({ kind: 'retryRequested', by: 'anna' });
  return answers;
}

function rmaAnswers(facts: Return): ReturnEvent[] {
  if (rmaTask(facts) === 'delete')
    return [
      { kind: 'rmaDeleteSent' },
      { kind: 'rmaDeleted' },
      { kind: 'rmaFixed', task: 'delete', stage: 'moving', status: 'inTransit' },
      { kind: 'rmaRefused', why: 'Being received', rma: null },
    ];
  const rma = facts.wanted?.kind === 'rma' ? facts.wanted.rma : facts.sent;
  if (rma === null) return [];
  const changes: ReturnEvent[] = [
    { kind: 'rmaFixed', task: 'replace', stage: 'delivered', status: 'delivered' },
    { kind: 'rmaGone' },
  ];
  return [
    ...(rmaTask(facts) === 'replace' ? changes : []),
    ...(facts.sent !== null && facts.confirmed === null ? answersOnLost(facts.sent) : []),
    { kind: 'rmaSent', rma },
    { kind: 'rmaAccepted', rma, how: 'created' },
    { kind: 'rmaRefused', why: 'SKU not found', rma },
  ];
}

/** What MasonHub shows, asked, of an RMA whose creation had no answer: that it holds it, or has received it by then. */
function answersOnLost(rma: Rma): ReturnEvent[] {
  const adopted = { kind: 'rmaAccepted', rma, how: 'adopted', origin: 'opened', asked: rma } as const;
  return [adopted, ...shownReceipts.map((receipt) => ({ ...adopted, receipt }))];
}
