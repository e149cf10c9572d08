import type { LoopState } from '../../../src/returns/loop-facts.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { answerTells, found, item, listed, loopTells, receiptOf } from '../../returns/fixtures.ts';
import { announced, ownNumber } from './box.ts';
import type { Lifecycle } from './facts.ts';
import {
  type Disposition,
  hear,
  type LoopEdit,
  type LoopWorld,
  type Next,
  spend,
  type World,
} from './state.ts';

/** What people, Loop and the warehouse do, and what they tell of it: whenever, in any order, as often as you like. */

const skus = ['TEE', 'HAT'] as const;

export function lastEdit({ edits }: LoopWorld): LoopEdit | null {
  return edits.at(-1) ?? null;
}

/** The same with an edit more. What was queued is not carried out where it is not open any more. */
export function edited(world: World, edit: LoopEdit): World {
  const { edits, isQueued, taken } = world.loop;
  const isUndone = isQueued && edit.state !== 'open';
  const isCarriedOut = edit.state === 'closed';
  return {
    ...world,
    loop: {
      ...world.loop,
      edits: [...edits, edit],
      isQueued: isQueued && !isUndone,
      taken: isUndone && !isCarriedOut ? taken.filter(({ kind }) => kind !== 'process') : taken,
    },
  };
}

const opposites: Readonly<Partial<Record<LoopState, readonly LoopState[]>>> = {
  open: ['cancelled', 'closed', 'review'],
  cancelled: ['open'],
  review: ['open', 'closed'],
};

/** What the shopper and the merchant do in Loop. */
export function peopleAct(world: World): Next {
  const last = lastEdit(world.loop);
  if (last === null) return [['created', edited(world, { state: 'open', sku: skus[0] })]];
  const spent = spend(world, 'edits');
  if (spent === null || isFlagUnanswered(world)) return [];
  const next: [string, World][] = (opposites[last.state] ?? []).map((state) => [
    `is ${state}`,
    edited(spent, { ...last, state }),
  ]);
  if (last.state === 'open' && last.sku === skus[0]) {
    next.push(['has another item', edited(spent, { ...last, sku: skus[1] })]);
  }
  return next;
}

/**
 * Loop does not tell a flag that was solved from one that never came: whoever solves it within the minute in which
 * its answer is waited for is flagged once more. People take longer than that, here.
 */
function isFlagUnanswered({ claim, loop, facts }: World): boolean {
  return claim !== null && facts.outcome?.kind === 'flag' && lastEdit(loop)?.state === 'review';
}

/** What Loop does with a message that it has accepted. */
export function loopActs(world: World): Next {
  const last = lastEdit(world.loop);
  if (!world.loop.isQueued || last === null) return [];
  const { taken } = world.loop;
  const rest = taken.filter(({ kind }) => kind !== 'process');
  const failed = { ...world.loop, isQueued: false, hasFailed: true, taken: rest };
  return [
    ['Loop closes it', edited(world, { ...last, state: 'closed' })],
    ['Loop puts it into review', edited(world, { ...last, state: 'review' })],
    ['Loop fails to process it', { ...world, loop: failed }],
  ];
}

const label = listed(ownNumber);

/** Loop's webhooks of everything that has been, and its answer to a pull of now. */
export function loopTellsOf(world: World, lifecycle: Lifecycle): Next {
  const { edits } = world.loop;
  const dateOf = (nth: number) => `2026-11-01T00:00:0${nth}.000Z`;
  const webhooks = edits.map(({ state, sku }, nth): Next[number] => {
    const trigger = nth === 0 ? 'return.created' : state === 'closed' ? 'return.closed' : 'return.updated';
    const event = loopTells({ trigger, state, at: dateOf(nth), items: [item(sku)], labels: [label] });
    return [`hears of edit ${nth + 1}`, announced(hear(world, event, lifecycle), lifecycle)];
  });
  const last = edits.at(-1);
  if (last === undefined) return [];
  const now = dateOf(edits.length - 1);
  const answer = answerTells({
    state: last.state,
    at: now,
    updatedAt: now,
    items: [item(last.sku)],
    labels: [label],
  });
  if (world.loop.hasFailed) {
    webhooks.push([
      'hears of the failure',
      hear(world, { kind: 'processingFailed', message: null }, lifecycle),
    ]);
  }
  return [...webhooks, ['pulls', announced(hear(world, answer, lifecycle), lifecycle)]];
}

const dispositions: readonly Disposition[] = ['available', 'damaged', 'qc'];

/** The parcel comes to the dock and is received; what is in quality control is decided later. */
export function warehouseActs(world: World): Next {
  const { held, stage, found: before } = world.hub;
  if (held === null) return [];
  const last = before.at(-1);
  if (last !== undefined && last !== 'qc') return [];
  const receipts = dispositions
    .filter((one) => one !== last)
    .map((one): Next[number] => [
      `receives ${one}`,
      { ...world, hub: { ...world.hub, stage: 'received', found: [...before, one] } },
    ]);
  const dock: Next =
    stage === 'expected'
      ? [['parcel is at the dock', { ...world, hub: { ...world.hub, stage: 'onDock' } }]]
      : [];
  return [...dock, ...receipts];
}

export function warehouseTells(world: World, lifecycle: Lifecycle): Next {
  const { held, stage, found: all } = world.hub;
  if (held === null || stage === 'expected') return [];
  const dock: Next[number] = [
    'hears of the dock',
    hear(world, { kind: 'receiving', stage: 'onDock' }, lifecycle),
  ];
  const receipts = all.flatMap((_, nth): Next => {
    const receipt = receiptIn(world, nth);
    if (receipt === null) return [];
    const told = withTold(world, nth);
    const event = { kind: 'receipt', trigger: 'receipt', receipt } as const;
    return [[`hears of receipt ${nth + 1}`, hear(told, event, lifecycle)]];
  });
  return [dock, ...receipts];
}

/** The nth receipt has been told. */
export function withTold(world: World, nth: number): World {
  const told = Math.max(world.hub.told ?? 0, nth);
  return { ...world, hub: { ...world.hub, told } };
}

/** What MasonHub says of the parcel, the nth time. */
export function receiptIn({ hub }: World, nth: number) {
  const disposition = hub.found[nth];
  const sku = hub.held?.lines[0]?.sku;
  if (disposition === undefined || sku === undefined) return null;
  const toldAt = `2026-11-01T01:00:0${nth}.000Z`;
  return { ...receiptOf(found(sku, { [disposition]: 1 })), toldAt, changedAt: toldAt };
}

/** A person asks for another try. */
export function personRetries(world: World, lifecycle: Lifecycle): Next {
  if (statusOf(world.facts).status !== 'attention') return [];
  const spent = spend(world, 'retries');
  return spent === null
    ? []
    : [['a person retries', hear(spent, { kind: 'retryRequested', by: 'somebody' }, lifecycle)]];
}

/** How MasonHub answers a change of an RMA whose parcel has come. */
export function isFixed({ hub }: World): boolean {
  return hub.stage !== 'expected';
}
