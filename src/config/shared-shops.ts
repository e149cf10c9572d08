import type { Merchant } from './merchant.ts';

/**
 * The other merchants whose returns in Loop would be this one's as well. Each of them asks Loop for its own refund of
 * such a return, as what is sent for one merchant is not known of another.
 * @param others may have the merchant among them
 * @returns their slugs
 */
export function sharingShop(merchant: Merchant, others: Iterable<Merchant>): string[] {
  return ofSameShop(merchant, others)
    .filter(({ loop }) => isAnyOfBoth(merchant.loop.destinations, loop.destinations))
    .map(({ slug }) => slug);
}

/**
 * The other merchants of the same shop in Loop, each with destinations of its own or not. A return can have items for
 * several of them.
 * @param others may have the merchant among them
 */
export function ofSameShop(merchant: Merchant, others: Iterable<Merchant>): Merchant[] {
  const { apiKey, apiUrl } = merchant.loop;
  return [...others].filter(
    ({ slug, loop }) => slug !== merchant.slug && loop.apiKey === apiKey && loop.apiUrl === apiUrl,
  );
}

/** @param one null: all destinations */
function isAnyOfBoth(one: readonly string[] | null, other: readonly string[] | null): boolean {
  return one === null || other === null || one.some((id) => other.includes(id));
}
