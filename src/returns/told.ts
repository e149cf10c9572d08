import type { LoopReturnEvent } from './events.ts';
import { mergeLabels } from './labels.ts';
import type { ListedLabel, LoopFacts, LoopState, ReturnItem } from './loop-facts.ts';

/**
 * What Loop tells of a return comes late, twice, and in two ways that show different parts of it. These say
 * what holds of it beside what was told before.
 *
 * Loop keeps two dates. `edited_at` moves with the return itself and is all that a webhook tells; `updated_at`
 * moves with whatever happens to it, a label or its state included, and only an answer of its API tells it.
 */

/** What leaves the state out says nothing of it. */
export function withKnownState(event: LoopReturnEvent, known: LoopFacts | null): LoopReturnEvent {
  if (event.tellsState || known === null) return event;
  const { state, stateWord, heardOpen } = known;
  return { ...event, facts: { ...event.facts, state, stateWord, heardOpen } };
}

/** What is known of a return once Loop has told something that is not too old. */
export function withKnown(event: LoopReturnEvent, known: LoopFacts | null): LoopFacts {
  const { heardBy, facts } = event;
  if (known === null) return facts;
  const before = withoutEmptied(event, known);
  const told = heardBy === 'answer' ? fillIn(facts, before) : withoutOldItems(event, before);
  return {
    ...told,
    heardOpen: told.heardOpen || known.heardOpen,
    packageReference: told.packageReference ?? known.packageReference,
    destinationId: told.destinationId ?? known.destinationId,
    // A webhook tells no `updated_at`; whatever was edited was also updated by then.
    updatedAt: told.updatedAt ?? (known.updatedAt && latest(known.updatedAt, told.editedAt)),
  };
}

/**
 * A label that names no item any more, as a list of all of them says later than what is known, is not known to cover what
 * it did. Where the newest alone is shown, or none names an item, nothing is said of that.
 */
function withoutEmptied({ shownLabels, facts }: LoopReturnEvent, known: LoopFacts): LoopFacts {
  const areItemsNamed = facts.labels.some((label) => label.lineItemIds.length > 0);
  if (shownLabels === 'newest' || !areItemsNamed) return known;
  const shown = new Map(facts.labels.map((label) => [label.trackingNumber, label]));
  const isEmptied = ({ trackingNumber, at }: ListedLabel) => {
    const now = shown.get(trackingNumber);
    return now?.lineItemIds.length === 0 && isBeforeDate(at, now.at);
  };
  const labels = known.labels.map((label) => (isEmptied(label) ? { ...label, lineItemIds: [] } : label));
  return { ...known, labels };
}

/**
 * What still counts of something that Loop told before what is known: that the return was open once, so that its
 * parcel is expected, and which labels it has.
 */
export function withLate(late: LoopFacts, known: LoopFacts): LoopFacts {
  return {
    ...known,
    heardOpen: known.heardOpen || late.heardOpen,
    packageReference: known.packageReference ?? late.packageReference,
    labels: withLateLabels(late, known),
  };
}

/** A list of before adds labels that were not known, and how one stands; which items one covers, the newer list has told. */
function withLateLabels(late: LoopFacts, known: LoopFacts): ListedLabel[] {
  const coverage = new Map(known.labels.map((label) => [label.trackingNumber, label.lineItemIds]));
  const had = new Set(late.items.map((item) => item.lineItemId));
  const isWhole = known.items.every((item) => had.has(item.lineItemId));
  return mergeLabels(known.labels, asShown(late, known)).map((label) => {
    const told = coverage.get(label.trackingNumber) ?? [];
    // Which label an item is on that came since, the late one cannot say.
    return told.length === 0 && isWhole ? label : { ...label, lineItemIds: told };
  });
}

/** An answer's rows show less than a webhook does: of what they leave out, what was told before still holds. */
function fillIn(pulled: LoopFacts, known: LoopFacts): LoopFacts {
  const items = withKnownItems(withKnownParts(pulled.items, known), pulled, known);
  return {
    ...pulled,
    orderName: pulled.orderName ?? known.orderName,
    orderNumber: pulled.orderNumber ?? known.orderNumber,
    providerOrderId: pulled.providerOrderId ?? known.providerOrderId,
    destinationId: pulled.destinationId ?? known.destinationId,
    items,
    labels: withShownLabels(pulled, known),
  };
}

function withKnownParts(items: readonly ReturnItem[], known: LoopFacts): ReturnItem[] {
  const knownItems = new Map(known.items.map((item) => [item.lineItemId, item]));
  return items.map((item) => ({
    ...item,
    parentReason: item.parentReason ?? knownItems.get(item.lineItemId)?.parentReason ?? null,
    destinationId: item.destinationId ?? knownItems.get(item.lineItemId)?.destinationId ?? null,
  }));
}

/**
 * An item leaves a return by an edit alone. Whether Loop's report shows all of a return's items is not published: those
 * that an answer about the same edit lacks stay.
 */
function withKnownItems(shown: readonly ReturnItem[], pulled: LoopFacts, known: LoopFacts): ReturnItem[] {
  const ids = new Set(shown.map((item) => item.lineItemId));
  if (!isSameEdit(pulled, known) || pulled.unread !== null || ids.has(null)) return [...shown];
  return [...shown, ...known.items.filter(({ lineItemId }) => lineItemId !== null && !ids.has(lineItemId))];
}

/** A row, or an older webhook, shows the newest label alone, and not which items it covers. One that is new leads; the others stay. */
function withShownLabels(pulled: LoopFacts, known: LoopFacts): ListedLabel[] {
  const numbers = new Set(known.labels.map((label) => label.trackingNumber));
  const isFresh = (label: ListedLabel) => !numbers.has(label.trackingNumber);
  const again = pulled.labels.filter((label) => !isFresh(label));
  return [...pulled.labels.filter(isFresh), ...mergeLabels(asShown(known, pulled), again)];
}

/** Labels told before. One that is shown again, though the items that it covered are all gone, or others are new, covers all. */
function asShown(before: LoopFacts, now: LoopFacts): readonly ListedLabel[] {
  // Where no item was understood, nothing is known of what a label covers by now, and of one edit it covers the same.
  if (now.unread !== null || (isSameEdit(before, now) && before.unread === null)) return before.labels;
  // Where the items were not understood, what was on a label was there before.
  const onLabels = before.labels.flatMap(({ lineItemIds }) => lineItemIds);
  const had = new Set(before.unread === null ? before.items.map((item) => item.lineItemId) : onLabels);
  // Which label an item is on that came since, nobody has said yet.
  const hasMore = now.items.some((item) => !had.has(item.lineItemId));
  const shown = new Set(now.labels.map((label) => label.trackingNumber));
  const ids = new Set(now.items.map((item) => item.lineItemId));
  return before.labels.map((label) => {
    const isCovering = !hasMore && label.lineItemIds.some((id) => ids.has(id));
    return isCovering || !shown.has(label.trackingNumber) ? label : { ...label, lineItemIds: [] };
  });
}

/**
 * A webhook from before an answer may come after it, and its date does not say. Its state can be news all the
 * same; its items are not, and its labels are beside those that are known. And a label is never unmade: of two
 * webhooks of one edit, the one that lists fewer labels is the elder.
 */
function withoutOldItems(event: LoopReturnEvent, known: LoopFacts): LoopFacts {
  const { facts: told, shownLabels } = event;
  if (isOldCreation(event, known))
    return { ...told, ...itemsSince(told, known), labels: withLateLabels(told, known) };
  const mayBeOlder = told.updatedAt === null && isBeforeDate(told.editedAt, known.updatedAt);
  const labels = mergeLabels(known.labels, told.labels);
  if (mayBeOlder && !isBeforeDate(known.editedAt, told.editedAt)) {
    // Of one edit, a webhook shows all items. A report that was asked for may have lacked some.
    const isWhole = isSameEdit(told, known) && told.unread === null;
    const { editedAt, unread } = isWhole ? told : known;
    const items = isWhole ? withKnownParts(told.items, known) : known.items;
    return { ...told, editedAt, items, unread, labels, ...(isWhole ? {} : sourceOf(known)) };
  }
  const listsNoMore = labels.length === known.labels.length;
  const isElder = told.labels.length === 0 || (isSameEdit(told, known) && listsNoMore);
  if (isElder) return { ...told, labels };
  return shownLabels === 'newest' ? { ...told, labels: withShownLabels(told, known) } : told;
}

/**
 * Whatever else Loop has told of a return came after its creation, also where an edit bears the same second: Loop's
 * dates have no parts of one.
 */
function isOldCreation({ trigger, facts: told }: LoopReturnEvent, known: LoopFacts): boolean {
  const isLater = isBeforeDate(known.editedAt ?? known.updatedAt, told.editedAt);
  return trigger === 'return.created' && !isLater && told.unread === null && known.unread === null;
}

/** The items that are known stay; those of the creation are beside them where a report of Loop's may have lacked some. */
function itemsSince(
  created: LoopFacts,
  known: LoopFacts,
): Pick<LoopFacts, 'editedAt' | 'items' | 'itemsFrom'> {
  const { editedAt } = known;
  const ids = new Set(known.items.map((item) => item.lineItemId));
  const mayLackSome = known.updatedAt !== null && isSameEdit(created, known) && !ids.has(null);
  const missed = mayLackSome ? created.items.filter((item) => !ids.has(item.lineItemId)) : [];
  const items = [...missed, ...withKnownParts(known.items, created)];
  return { editedAt, items, ...(isSameEdit(created, known) ? {} : sourceOf(known)) };
}

/** Items that stay may lack some for as long as those that they are from do. */
function sourceOf({ itemsFrom }: LoopFacts): Pick<LoopFacts, 'itemsFrom'> {
  return itemsFrom === undefined ? {} : { itemsFrom };
}

function isSameEdit(one: LoopFacts, other: LoopFacts): boolean {
  return one.editedAt !== null && one.editedAt === other.editedAt;
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

/** Whether what Loop tells of a return, asked for what was not understood, can take the place of what is known. */
export function isEnough(told: LoopFacts, known: LoopFacts): boolean {
  if (told.unread !== null || isOlder(told, known)) return false;
  return told.state !== 'unknown' || known.state !== 'unknown' || known.unread !== null;
}

/** Whether Loop does nothing more with a return in this state. */
export function hasEnded(state: LoopState): boolean {
  return state === 'closed' || state === 'cancelled' || state === 'expired';
}
