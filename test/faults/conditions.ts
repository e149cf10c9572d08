import { plainState } from '../../src/stand-ins/loop/listing.ts';
import type { Vendors } from '../support/vendors.ts';
import { rmaFits } from './looks.ts';
import { rules } from './merchants.ts';
import type { Observer } from './observer.ts';
import type { Condition, PlannedReturn } from './plan.ts';
import type { Seen } from './seen.ts';

/** Where an act can look whether its time has come. */
export interface Views {
  readonly vendors: Vendors;
  readonly observer: Pick<Observer, 'seen'>;
}

export async function isMet(views: Views, planned: PlannedReturn, once: Condition): Promise<boolean> {
  const { loop, masonhub } = views.vendors;
  const { id, merchant } = planned;
  const about = loop.returns.get(id);
  const rma = masonhub.rmas.get(id);
  const fits = () => rmaFits(about, rma, rules[merchant]);
  const seen = () => views.observer.seen(merchant, id);
  switch (once) {
    case 'nothing':
      return true;
    case 'rma-exists':
      return rma !== undefined && rma.status !== 'deleted';
    case 'rma-deleted':
      // A creation that arrives later than that has MasonHub hold it again, and nobody is told.
      return masonhub.deleted.has(id);
    case 'rma-fits':
      return fits();
    case 'rma-known': {
      if (!fits()) return false;
      const known = await seen();
      return isUpToDate(views, planned, known) && known?.isRmaAnswered === true && fits();
    }
    case 'change-known':
      return isUpToDate(views, planned, await seen());
    case 'flag-known': {
      if (about?.flaggedTimes !== 1) return false;
      const known = await seen();
      return known?.status === 'flagged' && known.isNoted;
    }
    case 'inspecting':
      return (await seen())?.status === once;
    case 'receiving': {
      // MasonHub may say where the parcel is before anybody knows what was in it.
      const known = await seen();
      return known?.status === once && known.isReceived;
    }
    case 'left-to-person': {
      const known = await seen();
      // Other doubts come to a person as well, and end by themselves.
      const isDoubt = planned.processing === 'goesToReview' && plainState(about?.state ?? '') !== 'review';
      return known?.status === 'held' || (known?.status === 'attention' && !isDoubt);
    }
  }
}

/** Whether the service knows Loop's last edit of the return, and which items each label is for. */
export async function isAllKnown(views: Views, planned: PlannedReturn): Promise<boolean> {
  const known = await views.observer.seen(planned.merchant, planned.id);
  const { labels = [] } = views.vendors.loop.returns.get(planned.id) ?? {};
  const toName = labels.flatMap(({ lineItemIds }) => lineItemIds ?? []);
  const named = new Set(known?.labelledItems);
  return isUpToDate(views, planned, known) && toName.every((item) => named.has(item));
}

/** Whether the service has heard of Loop's last edit of the return. */
function isUpToDate({ vendors }: Views, { id }: PlannedReturn, known: Seen | null): boolean {
  const told = vendors.loop.returns.get(id)?.editedAt;
  const editedAt = known?.editedAt ?? null;
  return editedAt !== null && told !== undefined && editedAt.getTime() >= told.getTime();
}
