import { isDeepStrictEqual } from 'node:util';
import type { StandInReturn } from '../../src/stand-ins/loop-returns.ts';
import type { StandInRma } from '../../src/stand-ins/masonhub-rmas.ts';

/** How many units of each SKU. */
export function countSkus(skus: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const sku of skus.toSorted()) counts[sku] = (counts[sku] ?? 0) + 1;
  return counts;
}

/** How many units of each SKU an RMA asks for. */
export function countLines(rma: StandInRma): Record<string, number> {
  return countSkus(rma.lines.flatMap(({ sku, quantity }) => Array.from({ length: quantity }, () => sku)));
}

/** What the parcel is known by at the dock: the tracking number, or the return's id where there is no label. */
export function packageIdOf(about: StandInReturn): string {
  return about.labels[0]?.trackingNumber ?? about.id;
}

/** Whether MasonHub holds the RMA that Loop's return asks for at this moment. */
export function rmaFits(about: StandInReturn | undefined, rma: StandInRma | undefined): boolean {
  if (about === undefined || rma === undefined || rma.status === 'deleted') return false;
  const wanted = countSkus(about.lineItems.map(({ sku }) => sku).filter((sku) => sku !== ''));
  const { package_id } = rma.record;
  return isDeepStrictEqual(countLines(rma), wanted) && package_id === packageIdOf(about);
}
