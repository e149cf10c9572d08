import type { StandInReturn } from '../../src/stand-ins/loop/returns.ts';
import { countSkus } from './looks.ts';
import type { ShopRules } from './merchants.ts';
import { unitsOf } from './parcel.ts';
import type { PlannedReturn } from './plan.ts';

/**
 * What Loop has to be told became of a return's items, and what it was told: how often each outcome. Of each
 * SKU the good units go to items first, then the others; an item for which nothing is left is missing.
 * @param skus of the items of which it has to be told
 */
export function itemOutcomes(
  planned: PlannedReturn,
  shop: ShopRules,
  skus: readonly string[],
  about: StandInReturn,
) {
  const units = unitsOf(planned, shop).filter(({ status }) => status !== 'short');
  const wanted: string[] = [];
  for (const [sku, items] of Object.entries(countSkus(skus))) {
    const own = units.filter((unit) => unit.sku === sku);
    const good = own.filter(({ status }) => status === 'available').length;
    for (let item = 0; item < items; item += 1) {
      wanted.push(item < good ? 'back_to_stock' : item < own.length ? 'resale_hold' : 'missing');
    }
  }
  const told = about.lineItems.flatMap(({ dispositionOutcome }) => dispositionOutcome ?? []);
  return { wanted: wanted.sort(), told: told.sort() };
}
