import type { Merchant } from './merchant.ts';

/**
 * The other merchants whose returns in Loop would be this one's as well. Each of them asks Loop for its own refund of
 * such a return, as what is sent for one merchant is not known of another.
 * @param others may have the merchant among them
 * @returns their slugs
 */
export function sharingShop(merchant: Merchant, others: Iterable<Merchant>): string[] {
  return takingAnyOf(merchant.loop.destinations, merchant, others);
}

/**
 * The other merchants of the same shop in Loop that take what is bound for one of some destinations. A return can have
 * items for several merchants.
 * @param destinations at least one; null: all that there are
 * @param others may have the merchant among them
 * @returns their slugs
 */
export function takingAnyOf(
  destinations: readonly string[] | null,
  merchant: Merchant,
  others: Iterable<Merchant>,
): string[] {
  const { apiKey, apiUrl } = merchant.loop;
  return [...others]
    .filter(({ slug, loop }) => slug !== merchant.slug && loop.apiKey === apiKey && loop.apiUrl === apiUrl)
    .filter(({ loop }) => isAnyOfBoth(destinations, loop.destinations))
    .map(({ slug }) => slug);
}

/** Null stands for all destinations. */
function isAnyOfBoth(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return one === null || other === null || one.some((id) => other.includes(id));
}
