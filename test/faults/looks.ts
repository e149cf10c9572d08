import { isDeepStrictEqual } from 'node:util';
import type { LabelStatus, StandInLabel } from '../../src/stand-ins/loop/labels.ts';
import type { StandInReturn } from '../../src/stand-ins/loop/returns.ts';
import type { StandInRma } from '../../src/stand-ins/masonhub/rmas.ts';
import type { ShopRules } from './merchants.ts';

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

const unusable: readonly LabelStatus[] = ['cancelled', 'expired', 'failure', 'error'];

/**
 * What the parcel may be known by at the dock: the tracking number of a label that can be used and that no
 * newer one replaces, else the number of its bag, else that of the label that cannot be used, else the
 * return's id. Where labels are for different items there is a parcel for each, and MasonHub has room for one.
 */
export function packageIdsOf({ id, labels, packageReference, lineItems }: StandInReturn): readonly string[] {
  const all = lineItems.map(({ lineItemId }) => lineItemId);
  const covered = (label: StandInLabel) => label.lineItemIds ?? all;
  const usable = labels.filter(({ status }) => !unusable.includes(status));
  const current = usable.filter(
    (label) =>
      !usable.some(
        (other) =>
          other.shipmentId > label.shipmentId &&
          covered(label).every((item) => covered(other).includes(item)),
      ),
  );
  if (current.length > 0) return current.map(({ trackingNumber }) => trackingNumber);
  if (packageReference !== null) return [packageReference];
  return labels.length > 0 ? labels.map(({ trackingNumber }) => trackingNumber) : [id];
}

/** The SKUs that MasonHub is to expect: not those of an item that is on no label, where the merchant says so. */
function wantedSkus({ lineItems, labels }: StandInReturn, { leaveOffKept }: ShopRules): string[] {
  const isNamed = (id: string) => labels.some(({ lineItemIds }) => lineItemIds?.includes(id) ?? true);
  const expected = leaveOffKept ? lineItems.filter(({ lineItemId }) => isNamed(lineItemId)) : lineItems;
  return (expected.length === 0 ? lineItems : expected).map(({ sku }) => sku).filter((sku) => sku !== '');
}

/** Whether MasonHub holds the RMA that Loop's return asks for at this moment. */
export function rmaFits(
  about: StandInReturn | undefined,
  rma: StandInRma | undefined,
  shop: ShopRules,
): boolean {
  if (about === undefined || rma === undefined || rma.status === 'deleted') return false;
  const { package_id } = rma.record;
  return (
    isDeepStrictEqual(countLines(rma), countSkus(wantedSkus(about, shop))) &&
    packageIdsOf(about).some((packageId) => packageId === package_id)
  );
}
