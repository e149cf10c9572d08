import type { LoopReturnEvent } from './events.ts';
import type { ListedLabel, LoopFacts, LoopState } from './return.ts';

/**
 * What Loop tells of a return comes late, twice, and in two ways that show different parts of it. These say
 * what holds of it beside what was told before.
 */

/** What is known of a return once Loop has told something that is not too old. */
export function withKnown({ trigger, facts }: LoopReturnEvent, known: LoopFacts | null): LoopFacts {
  if (known === null) return facts;
  return trigger === 'return.pulled' ? fillIn(facts, known) : withoutOldItems(facts, known);
}

/** A pull's rows show less than a webhook does: of what they leave out, what was told before still holds. */
function fillIn(pulled: LoopFacts, known: LoopFacts): LoopFacts {
  const knownItems = new Map(known.items.map((item) => [item.lineItemId, item]));
  const items = pulled.items.map((item) => ({
    ...item,
    parentReason: item.parentReason ?? knownItems.get(item.lineItemId)?.parentReason ?? null,
    destinationId: item.destinationId ?? knownItems.get(item.lineItemId)?.destinationId ?? null,
  }));
  return {
    ...pulled,
    orderName: pulled.orderName ?? known.orderName,
    orderNumber: pulled.orderNumber ?? known.orderNumber,
    providerOrderId: pulled.providerOrderId ?? known.providerOrderId,
    destinationId: pulled.destinationId ?? known.destinationId,
    items,
    labels: knowsMore(known, pulled) ? known.labels : pulled.labels,
  };
}

/**
 * A pull shows the newest label alone, and not which items it covers. What was told before says more, unless
 * the items have changed since and it covers none of those that there are now.
 */
function knowsMore(known: LoopFacts, pulled: LoopFacts): boolean {
  const shown = pulled.labels.map((label) => label.trackingNumber);
  if (shown.length === 0) return true;
  const now = new Set(pulled.items.map((item) => item.lineItemId));
  const covers = ({ lineItemIds }: ListedLabel) =>
    lineItemIds.length === 0 || lineItemIds.some((id) => now.has(id));
  const isKnown = shown.every((number) => known.labels.some((label) => label.trackingNumber === number));
  return isKnown && known.labels.some(covers);
}

/**
 * A webhook from before a pull may come after it. Its state can be news all the same, as it does not change
 * the date that a webhook bears; its items are not. And a label is never unmade.
 */
function withoutOldItems(told: LoopFacts, known: LoopFacts): LoopFacts {
  const hasOldItems = told.clock !== known.clock && isEarlier(told, known);
  if (hasOldItems) return { ...told, items: known.items, labels: known.labels };
  return told.labels.length > 0 ? told : { ...told, labels: known.labels };
}

/**
 * Loop's own dates decide; where they are equal or missing, a return that has ended is not opened again.
 * That a return is closed is final in Loop and never comes too late, whichever date it bears.
 */
export function isOlder(next: LoopFacts, known: LoopFacts): boolean {
  if (next.state === 'closed') return known.state === 'closed' && isBefore(next, known);
  if (known.state === 'closed') return true;
  return isBefore(next, known);
}

function isBefore(next: LoopFacts, known: LoopFacts): boolean {
  const opensAgain = hasEnded(known.state) && !hasEnded(next.state);
  // Whatever Loop edits it also updates, so a pull can be too old for a webhook; the other way round a change
  // of state alone may be younger than its date. An ended return opens again by date alone: should its webhook
  // be lost, a pull tells.
  if (next.clock !== known.clock && !opensAgain) return next.clock === 'updated' && isEarlier(next, known);
  return isEarlier(next, known) || (opensAgain && !isEarlier(known, next));
}

function isEarlier(one: LoopFacts, other: LoopFacts): boolean {
  return one.changedAt !== null && other.changedAt !== null && one.changedAt < other.changedAt;
}

/** Whether Loop does nothing more with a return in this state. */
export function hasEnded(state: LoopState): boolean {
  return state === 'closed' || state === 'cancelled' || state === 'expired';
}
