import type { ListedLabel, ReturnItem, ToldLabel } from './loop-facts.ts';
import type { Return } from './return.ts';

/** The labels of a return: which of them count, and what each of them covers. */

/** A label with all that is known of it; no line items named means that it can cover all of them. */
export interface KnownLabel extends ListedLabel {
  /** Whether Loop lists it with the return, or it only came by itself. */
  readonly isListed: boolean;
}

/**
 * Lists of the same labels from two moments that cannot be put in order: each label once, as it was told last.
 * The order is that of the list with all of them; where neither has, that of the first one leads.
 */
export function mergeLabels(one: readonly ListedLabel[], other: readonly ListedLabel[]): ListedLabel[] {
  const inOther = new Set(other.map((label) => label.trackingNumber));
  const isOtherWhole = one.every((label) => inOther.has(label.trackingNumber));
  const [first, second] = isOtherWhole ? [other, one] : [one, other];
  const others = new Map(second.map((label) => [label.trackingNumber, label]));
  const inFirst = new Set(first.map((label) => label.trackingNumber));
  // A label is never unmade: where one list has all of the other's and more, it is the newer one.
  const isFirstNewer =
    first.length > second.length && second.every((label) => inFirst.has(label.trackingNumber));
  const merged = first.map((label) => {
    const other = others.get(label.trackingNumber);
    others.delete(label.trackingNumber);
    if (other === undefined) return label;
    const isOwnCoverage = isFirstNewer && label.lineItemIds.length > 0;
    const lineItemIds = isOwnCoverage ? label.lineItemIds : coverageOf(label, other);
    return { ...label, ...lastTold(label, other), lineItemIds };
  });
  return [...merged, ...others.values()];
}

/** The items that one label covers, told twice: those told last or, where the dates do not say which that is, all of them. */
function coverageOf(one: ListedLabel, other: ListedLabel): string[] {
  if (one.lineItemIds.length === 0) return other.lineItemIds;
  if (other.lineItemIds.length === 0 || isLater(one.at, other.at)) return one.lineItemIds;
  if (isLater(other.at, one.at)) return other.lineItemIds;
  return [...new Set([...one.lineItemIds, ...other.lineItemIds])].sort();
}

/** All labels of a return: those that Loop lists with it, then those that came by themselves, eldest first. */
export function knownLabels(facts: Return): readonly KnownLabel[] {
  const toldOf = new Map(facts.labels.map((label) => [label.trackingNumber, label]));
  const onReturn = new Set((facts.loop?.items ?? []).flatMap((item) => item.lineItemId ?? []));
  const listed = asOf(facts.loop?.labels ?? [], onReturn).map((label) => {
    const told = toldOf.get(label.trackingNumber);
    toldOf.delete(label.trackingNumber);
    if (told === undefined) return { ...label, isListed: true };
    const byItself = { standing: told.standing, at: told.standingAt };
    return { ...label, ...lastTold(label, byItself), isListed: true };
  });
  const byThemselves = [...toldOf.values()].toSorted(inOrderOfDate).map((label) => ({
    trackingNumber: label.trackingNumber,
    lineItemIds: [],
    standing: label.standing,
    at: label.at,
    isListed: false,
  }));
  return [...listed, ...byThemselves];
}

/** Labels whose items have all been replaced are still on their parcels, whatever is in those now. */
function asOf(labels: readonly ListedLabel[], onReturn: ReadonlySet<string>): readonly ListedLabel[] {
  const isOfReturn = labels.some(({ lineItemIds }) => lineItemIds.some((id) => onReturn.has(id)));
  return isOfReturn ? labels : labels.map((label) => ({ ...label, lineItemIds: [] }));
}

/**
 * The labels that can be on the parcel of these items, the one that stands for it first: one that is not to
 * be used comes after those that are, and so does one whose items all have a newer label.
 */
export function labelsFor(facts: Return, items: readonly ReturnItem[]): readonly KnownLabel[] {
  const ids = items.flatMap((item) => item.lineItemId ?? []);
  const covering = knownLabels(facts).filter((label) => coveredBy(label, ids).length > 0 || ids.length === 0);
  const isReplaced = (label: KnownLabel) =>
    label.isListed && covering.some((other) => replaces(other, label, ids));
  const rank = (label: KnownLabel) => (label.standing === 'void' ? 2 : Number(isReplaced(label)));
  return covering.toSorted((one, other) => rank(one) - rank(other));
}

/** Whether a newer label is for the same parcel. One that came by itself can be for another. */
function replaces(other: KnownLabel, label: KnownLabel, ids: readonly string[]): boolean {
  if (other === label || !other.isListed || other.standing === 'void') return false;
  const covered = new Set(coveredBy(other, ids));
  return isLater(other.at, label.at) && coveredBy(label, ids).every((id) => covered.has(id));
}

function coveredBy(label: KnownLabel, ids: readonly string[]): readonly string[] {
  return label.lineItemIds.length === 0 ? ids : ids.filter((id) => label.lineItemIds.includes(id));
}

/** Whether a parcel of the return can still come: one with a label in use, or one that goes without a label. */
export function isParcelOnItsWay(facts: Return): boolean {
  return (
    (facts.loop?.packageReference ?? null) !== null ||
    knownLabels(facts).some((label) => label.standing === 'live')
  );
}

/** Whether Loop has ever told of a parcel. */
export function hasHadParcel(facts: Return): boolean {
  return (facts.loop?.packageReference ?? null) !== null || knownLabels(facts).length > 0;
}

/**
 * The items that are on no label although every label names its items and names some of the return: the
 * shopper may have been told to keep them. Loop has no marker for such an item, and a label can still come.
 */
export function itemsOnNoLabel(facts: Return): readonly ReturnItem[] {
  const items = facts.loop?.items ?? [];
  const all = knownLabels(facts);
  const labels = all.filter((label) => label.standing !== 'void');
  // A label that is not used any more, or whose delivery failed, was for a parcel all the same.
  if (labels.length === 0 || all.some((label) => label.lineItemIds.length === 0)) return [];
  const named = new Set(all.flatMap((label) => label.lineItemIds));
  const without = items.filter((item) => item.lineItemId !== null && !named.has(item.lineItemId));
  return without.length < items.length ? without : [];
}

type Standing = Pick<ListedLabel, 'standing' | 'at'>;

/**
 * How a label stands, told twice. Where the dates do not say which was told last, that it is still in use is
 * the elder news.
 */
export function lastTold(one: Standing, other: Standing): Standing {
  const isOneLast = isLater(one.at, other.at) || (!isLater(other.at, one.at) && one.standing !== 'live');
  const { standing, at } = isOneLast ? one : other;
  return { standing, at: at ?? one.at ?? other.at };
}

function inOrderOfDate(one: ToldLabel, other: ToldLabel): number {
  return compare(one.at ?? '', other.at ?? '') || compare(one.trackingNumber, other.trackingNumber);
}

function isLater(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && one > other;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
