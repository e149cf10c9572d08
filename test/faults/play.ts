import { setTimeout as wait } from 'node:timers/promises';
import type { Vendors } from '../support/vendors.ts';
import { type Deadline, holds } from './deadline.ts';
import type { AskService, KnownReturn } from './known.ts';
import { rmaFits } from './looks.ts';
import type { Observer } from './observer.ts';
import type { Act, Condition, PlannedReturn } from './plan.ts';

/** Who plays the returns: the vendors' people and the shoppers. */
export interface Stage {
  readonly vendors: Vendors;
  readonly ask: AskService;
  readonly observer: Observer;
  readonly deadline: Deadline;
  /** Messages are not waited for, so that a later one may overtake them. */
  readonly sending: Set<Promise<unknown>>;
}

/**
 * Lets everything happen to a return that the plan has for it.
 * @returns what it waited for in vain, or null
 */
export async function play(stage: Stage, planned: PlannedReturn): Promise<string | null> {
  const { loop } = stage.vendors;
  const items = planned.items.map((sku) => ({ sku, reason: 'Item was too big' }));
  send(stage, loop.createReturn({ id: planned.id, items, label: planned.label }));
  for (const act of planned.acts) {
    await wait(act.afterMs);
    const came = await holds(() => isMet(stage, planned.id, act.once), stage.deadline);
    if (!came) return `${act.do}: ${act.once} never came`;
    send(stage, carryOut(stage.vendors, planned.id, act));
  }
  return null;
}

function send(stage: Stage, message: Promise<unknown>): void {
  stage.sending.add(message);
  void message.finally(() => stage.sending.delete(message));
}

/** Resolves once the vendor's messages about it were delivered, or given up. */
function carryOut({ loop, masonhub }: Vendors, id: string, act: Act): Promise<unknown> {
  switch (act.do) {
    case 'label':
      return loop.addLabel(id, { carrier: 'UPS', trackingNumber: act.trackingNumber });
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
    case 'progress':
      return masonhub.progress(id, act.event);
    case 'receive':
      return masonhub.receive(id, act.units, act);
  }
}

async function isMet(stage: Stage, id: string, once: Condition): Promise<boolean> {
  const { vendors, ask } = stage;
  const about = vendors.loop.returns.get(id);
  const rma = vendors.masonhub.rmas.get(id);
  switch (once) {
    case 'nothing':
      return true;
    case 'rma-exists':
      return rma !== undefined && rma.status !== 'deleted';
    case 'rma-deleted':
      return rma?.status === 'deleted';
    case 'rma-fits':
      return rmaFits(about, rma);
    case 'rma-known':
      return rmaFits(about, rma) && (await isUpToDate(stage, id)) && isAnswered(await ask(vendors.slug, id));
    case 'change-known':
      return isUpToDate(stage, id);
    case 'flag-known':
      return about?.flaggedTimes === 1 && isFlagged(await ask(vendors.slug, id));
  }
}

/** Whether the service has heard of Loop's last change of the return. */
async function isUpToDate({ vendors, observer }: Stage, id: string): Promise<boolean> {
  const known = await observer.changedAt(vendors.slug, id);
  const told = vendors.loop.returns.get(id)?.editedAt;
  return known !== null && told !== undefined && known.getTime() >= told.getTime();
}

type Asked = KnownReturn | null | 'unreachable';

/** The service has put nothing about the RMA on the wire of which it does not know the answer. */
function isAnswered(asked: Asked): boolean {
  if (asked === null || asked === 'unreachable') return false;
  const last = asked.timeline.findLast(({ event }) => event.startsWith('rma.'));
  return last !== undefined && last.event !== 'rma.sent' && last.event !== 'rma.deleting';
}

function isFlagged(asked: Asked): boolean {
  if (asked === null || asked === 'unreachable') return false;
  return asked.status === 'flagged' && asked.timeline.some(({ event }) => event === 'note.added');
}
