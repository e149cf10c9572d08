import { setTimeout as wait } from 'node:timers/promises';
import type { LoopReturnSpec } from '../../src/stand-ins/loop/returns.ts';
import type { Vendors } from '../support/vendors.ts';
import { isAllKnown, isMet, type Views } from './conditions.ts';
import { type Deadline, holds } from './deadline.ts';
import type { Act, PlannedReturn } from './plan.ts';
import { unheard } from './silences.ts';

/** Who plays the returns: the vendors' people and the shoppers. */
export interface Stage extends Views {
  readonly deadline: Deadline;
  /** Messages are not waited for, so that a later one may overtake them. */
  readonly sending: Set<Promise<unknown>>;
  /** How often they look whether the time for the next act has come. */
  readonly everyMs?: number;
}

/**
 * Lets everything happen to a return that the plan has for it.
 * @returns what it waited for in vain, or null
 */
export async function play(stage: Stage, planned: PlannedReturn): Promise<string | null> {
  const { loop, masonhub } = stage.vendors;
  const create = () => loop.createReturn(specOf(planned));
  send(stage, planned.heard ? create() : unheard(loop, create));
  for (const act of planned.acts) {
    await wait(act.afterMs);
    const came = await holds(() => isMet(stage, planned, act.once), stage.deadline, stage.everyMs ?? 200);
    if (!came) return `${act.do}: ${act.once} never came`;
    if (act.do === 'tell') {
      if (!(await tellUntilKnown(stage, planned))) return 'tell: the service never knew it';
      continue;
    }
    const happen = () => carryOut(stage.vendors, planned, act);
    send(stage, act.heard ? happen() : unheard(loop, () => unheard(masonhub, happen)));
  }
  return null;
}

function send(stage: Stage, message: Promise<unknown>): void {
  stage.sending.add(message);
  void message.finally(() => stage.sending.delete(message));
}

function specOf({ id, items, label, labels, method, state, processing }: PlannedReturn): LoopReturnSpec {
  return {
    id,
    items: items.map((sku) => ({ sku, reason: 'Item was too big' })),
    label,
    ...(labels === undefined ? {} : { labels }),
    ...(method === undefined ? {} : { method }),
    ...(state === undefined ? {} : { state }),
    ...(processing === undefined ? {} : { processing }),
  };
}

/** Loop edits the return again and again, and its deliveries do not all show the same: one of them tells. */
function tellUntilKnown(stage: Stage, planned: PlannedReturn): Promise<boolean> {
  const { loop } = stage.vendors;
  return holds(
    async () => {
      if (await isAllKnown(stage, planned)) return true;
      await loop.deliver(loop.payloadOf(planned.id, 'return.updated'), { retries: 0 });
      return false;
    },
    stage.deadline,
    500,
  );
}

/** Resolves once the vendor's messages about it were delivered, or given up. */
function carryOut(
  { loop, masonhub }: Vendors,
  { id, labels }: PlannedReturn,
  act: Exclude<Act, { do: 'tell' }>,
): Promise<unknown> {
  switch (act.do) {
    case 'label':
      return loop.addLabel(id, labelOf(act));
    case 'relabel':
      return loop.replaceLabel(id, labelOf(act), { place: act.place });
    case 'labelStatus':
      return loop.changeLabel(id, act.status);
    case 'requestLabel':
      return loop.requestLabel(id);
    case 'closeLabel':
      return loop.closeLabel(id);
    case 'bag':
      return loop.givePackageReference(id, act.reference);
    case 'change':
      return loop.updateReturn(id, { items: act.items.map((sku) => ({ sku })) });
    case 'cancel':
      return loop.cancelReturn(id);
    case 'expire':
      return loop.expireReturn(id);
    case 'reopen':
      return loop.reopenReturn(id);
    case 'close':
      return loop.closeReturn(id);
    case 'state':
      return loop.putInState(id, act.state);
    case 'keep':
      return loop.keepReturn(id);
    case 'solve':
      return loop.processReturn(id);
    case 'progress':
      return masonhub.progress(id, act.event);
    case 'receive':
      return masonhub.receive(id, act.units, act);
    case 'receiveBlind': {
      const number = loop.returns.get(id)?.labels.at(-1)?.trackingNumber;
      return masonhub.receiveBlind(numberOf(number), act.units, act);
    }
    case 'receiveBox': {
      const number = numberOf(labels?.[act.label]?.trackingNumber);
      const isOfTheRma = masonhub.rmas.get(id)?.record['package_id'] === number;
      if (isOfTheRma) return masonhub.receive(id, act.units, act);
      return masonhub.receiveBlind(number, act.units, act);
    }
  }
}

function numberOf(trackingNumber: string | undefined): string {
  if (trackingNumber === undefined) throw new Error('A parcel that is to be received has no label');
  return trackingNumber;
}

function labelOf({ trackingNumber, shape }: Extract<Act, { do: 'label' | 'relabel' }>) {
  return { carrier: 'UPS', trackingNumber, shape };
}
