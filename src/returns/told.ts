import type { LoopReturnEvent } from './events.ts';
import { mergeLabels } from './labels.ts';
import type { ListedLabel, LoopFacts, LoopState } from './return.ts';

/**
 * What Loop tells of a return comes late, twice, and in two ways that show different parts of it. These say
 * what holds of it beside what was told before.
 *
 * Loop keeps two dates. `edited_at` moves with the return itself and is all that a webhook tells; `updated_at`
 * moves with whatever happens to it, a label or its state included, and only an answer of its API tells it.
 */

/** What is known of a return once Loop has told something that is not too old. */
export function withKnown({ heardBy, facts }: LoopReturnEvent, known: LoopFacts | null): LoopFacts {
  if (known === null) return facts;
  const told = heardBy === 'answer' ? fillIn(facts, known) : withoutOldItems(facts, known);
  return {
    ...told,
    heardOpen: told.heardOpen || known.heardOpen,
    packageReference: told.packageReference ?? known.packageReference,
    // A webhook tells no `updated_at`; whatever was edited was also updated by then.
    updatedAt: told.updatedAt ?? (known.updatedAt && latest(known.updatedAt, told.editedAt)),
  };
}

/** An answer's rows show less than a webhook does: of what they leave out, what was told before still holds. */
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
    labels: [...withShownLabels(pulled, known)],
  };
}

/**
 * A row shows the newest label alone, and not which items it covers. One that is new leads; the others stay
 * known, and what they cover. Only where the items have changed since, and the label shown covers none of
 * them, it covers all.
 */
function withShownLabels(pulled: LoopFacts, known: LoopFacts): readonly ListedLabel[] {
  const numbers = new Set(known.labels.map((label) => label.trackingNumber));
  const fresh = pulled.labels.filter((label) => !numbers.has(label.trackingNumber));
  const shown = new Set(pulled.labels.map((label) => label.trackingNumber));
  const now = new Set(pulled.items.map((item) => item.lineItemId));
  const stillKnown = known.labels.filter(
    ({ trackingNumber, lineItemIds }) =>
      !shown.has(trackingNumber) || lineItemIds.length === 0 || lineItemIds.some((id) => now.has(id)),
  );
  return [
    ...fresh,
    ...mergeLabels(
      stillKnown,
      pulled.labels.filter((label) => !fresh.includes(label)),
    ),
  ];
}

/**
 * A webhook from before an answer may come after it, and its date does not say. Its state can be news all the
 * same; its items are not, and its labels are beside those that are known. And a label is never unmade: of two
 * webhooks of one edit, the one that lists fewer labels is the elder.
 */
function withoutOldItems(told: LoopFacts, known: LoopFacts): LoopFacts {
  const mayBeOlder = told.updatedAt === null && isBeforeDate(told.editedAt, known.updatedAt);
  const labels = mergeLabels(known.labels, told.labels);
  if (mayBeOlder && !isBeforeDate(known.editedAt, told.editedAt)) {
    const { editedAt, items, unread } = known;
    return { ...told, editedAt, items, unread, labels };
  }
  const isSameEdit = told.editedAt === known.editedAt;
  const listsNoMore = labels.length === known.labels.length;
  return told.labels.length === 0 || (isSameEdit && listsNoMore) ? { ...told, labels } : told;
}

/**
 * Loop's own dates decide; where they are equal or missing, a return that has ended is not opened again.
 * That a return is closed is final in Loop and never comes too late, whichever date it bears.
 */
export function isOlder(next: LoopFacts, known: LoopFacts): boolean {
  if (next.state === 'closed') return known.state === 'closed' && isEarlier(next, known);
  if (known.state === 'closed') return true;
  return isBefore(next, known);
}

function isBefore(next: LoopFacts, known: LoopFacts): boolean {
  if (isEarlier(next, known)) return true;
  const opensAgain = hasEnded(known.state) && !hasEnded(next.state);
  if (!opensAgain) return false;
  // An ended return opens again by date alone: should its webhook be lost, an answer tells.
  const isNews =
    isEarlier(known, next) || (known.updatedAt === null && isBeforeDate(known.editedAt, next.updatedAt));
  return !isNews;
}

/** Whether one was certainly told before the other, as far as the dates that they share can say. */
function isEarlier(one: LoopFacts, other: LoopFacts): boolean {
  if (one.updatedAt !== null && other.updatedAt !== null) return one.updatedAt < other.updatedAt;
  // Whatever Loop edits it also updates, so what was last updated before an edit is older than that.
  return isBeforeDate(one.editedAt, other.editedAt) || isBeforeDate(one.updatedAt, other.editedAt);
}

function latest(one: string, other: string | null): string {
  return other !== null && one < other ? other : one;
}

function isBeforeDate(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one < other;
}

/** Whether an answer of Loop's API tells something that is not known yet. */
export function isNews(next: Pick<LoopFacts, 'state' | 'editedAt' | 'updatedAt'>, known: LoopFacts): boolean {
  if (next.state !== known.state) return true;
  if (next.updatedAt !== null) return known.updatedAt === null || known.updatedAt < next.updatedAt;
  return known.editedAt === null || next.editedAt === null || known.editedAt < next.editedAt;
}

/** Whether Loop does nothing more with a return in this state. */
export function hasEnded(state: LoopState): boolean {
  return state === 'closed' || state === 'cancelled' || state === 'expired';
}
