import type { Return, ReturnItem } from './return.ts';

/** MasonHub's limits on `package_id`, in characters. */
const shortest = 5;
const longest = 100;

/**
 * What the parcel is known by at the dock: the tracking number of the first label that covers an item
 * on the RMA or, while there is none, the return's id. Loop's own list of labels goes before labels that
 * came by themselves, and those go by their date, so that the order in which they came cannot matter.
 */
export function packageIdOf(facts: Return, items: readonly ReturnItem[]): string {
  return trackingNumberOf(facts, items) ?? facts.loopReturnId;
}

/** The tracking number that stands for the return; null while no label is known. */
export function trackingNumberOf(facts: Return, items: readonly ReturnItem[]): string | null {
  return (
    candidates(facts, items).find((number) => number.length >= shortest && number.length <= longest) ?? null
  );
}

/** The same as the RMA has it: as soon as there is one, only labels that cover an item on it count. */
export function ownTrackingNumber(facts: Return): string | null {
  const { wanted } = facts;
  if (wanted?.kind !== 'rma') return trackingNumberOf(facts, facts.loop?.items ?? []);
  return wanted.rma.packageId === facts.loopReturnId ? null : wanted.rma.packageId;
}

/** Every tracking number that is known, the one that stands for the return first. */
export function trackingNumbersOf(facts: Return): readonly string[] {
  return [...new Set(candidates(facts, facts.loop?.items ?? []))];
}

function candidates(facts: Return, items: readonly ReturnItem[]): string[] {
  const ids = new Set(items.flatMap((item) => item.lineItemId ?? []));
  const listed = (facts.loop?.labels ?? [])
    .filter((label) => label.lineItemIds.length === 0 || label.lineItemIds.some((id) => ids.has(id)))
    .map((label) => label.trackingNumber);
  const told = facts.labels
    .toSorted(
      (one, other) =>
        compare(one.at ?? '', other.at ?? '') || compare(one.trackingNumber, other.trackingNumber),
    )
    .map((label) => label.trackingNumber);
  return [...listed, ...told];
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
