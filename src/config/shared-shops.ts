import type { Merchant } from './merchant.ts';

/**
 * The other merchants whose returns in Loop would be this one's as well. Each of them asks Loop for its own refund of
 * such a return, as what is sent for one merchant is not known of another.
 * @param others may have the merchant among them
 * @returns their slugs
 */
export function sharingShop(merchant: Merchant, others: Iterable<Merchant>): string[] {
  const { apiKey, apiUrl, destinations } = merchant.loop;
  return [...others]
    .filter(({ slug }) => slug !== merchant.slug)
    .filter(({ loop }) => loop.apiKey === apiKey && loop.apiUrl === apiUrl)
    .filter(({ loop }) => isAnyOfBoth(destinations, loop.destinations))
    .map(({ slug }) => slug);
}

/** @param one null: all destinations */
function isAnyOfBoth(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return one === null || other === null || one.some((id) => other.includes(id));
}
