import { masonHubTerms } from '../vendor-terms/masonhub.ts';
import { knownLabels, labelsFor } from './labels.ts';
import type { ReturnItem } from './loop-facts.ts';
import type { Return } from './return.ts';

const { min, max } = masonHubTerms.packageId;

/**
 * What the parcel is known by at the dock: the tracking number of the label that stands for the items on the
 * RMA, else the number of the bag that it comes in or, while there is neither, the return's id. The order in
 * which labels came cannot matter.
 */
export function packageIdOf(facts: Return, items: readonly ReturnItem[]): string {
  return trackingNumberOf(facts, items) ?? facts.loopReturnId;
}

/**
 * The tracking number, or the bag's number, that stands for the return; null while none is known. A label that
 * is not to be used counts only where there is nothing else.
 */
export function trackingNumberOf(facts: Return, items: readonly ReturnItem[]): string | null {
  const labels = labelsFor(facts, items);
  const inUse = labels.filter((label) => label.standing !== 'void');
  const numbers = [
    ...inUse.map((label) => label.trackingNumber),
    facts.loop?.packageReference ?? '',
    ...labels.map((label) => label.trackingNumber),
  ];
  return numbers.find((number) => number.length >= min && number.length <= max) ?? null;
}

/** The same as the RMA has it: as soon as there is one, only labels that cover an item on it count. */
export function ownTrackingNumber(facts: Return): string | null {
  const { wanted } = facts;
  if (wanted?.kind !== 'rma') return trackingNumberOf(facts, facts.loop?.items ?? []);
  return wanted.rma.packageId === facts.loopReturnId ? null : wanted.rma.packageId;
}

/** Every number that a parcel of the return can bear, the one that stands for the return first. */
export function trackingNumbersOf(facts: Return): readonly string[] {
  const labels = labelsFor(facts, facts.loop?.items ?? []);
  const numbers = [...labels, ...knownLabels(facts)].map((label) => label.trackingNumber);
  return [
    ...new Set([...numbers, ...(facts.loop?.packageReference == null ? [] : [facts.loop.packageReference])]),
  ];
}

/**
 * Whether this is a number that a parcel of the return can bear, or that its RMA was sent with; its letters may be
 * in another case.
 */
export function bearsNumber(facts: Return, number: string): boolean {
  const sent = [facts.confirmed, facts.sent].flatMap((rma) => rma?.packageId ?? []);
  return [...trackingNumbersOf(facts), ...sent].some((own) => own.toLowerCase() === number.toLowerCase());
}
