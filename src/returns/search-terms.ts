import { cut } from '../parsing/tolerant.ts';
import { trackingNumbersOf } from './package.ts';
import type { Return } from './return.ts';

/** As long as the longest id; it also keeps a term within what an index takes. */
const longest = 250;

/**
 * The form in which a return is looked up: letter case does not matter, nor the `#` that Shopify puts
 * before an order's number.
 */
export function searchTerm(text: string): string {
  return cut(text, longest).replace(/^#/, '').toLowerCase();
}

/** All that people know a return by: its id, its RMA's number, the order's name, every tracking number and every SKU. */
export function termsOf(facts: Return): string[] {
  const { loop, loopReturnId, rmaNumber } = facts;
  if (loop === null) return [];
  const known = [
    loopReturnId,
    rmaNumber,
    loop.orderName ?? '',
    ...trackingNumbersOf(facts),
    ...loop.items.map((item) => item.sku),
  ];
  return [...new Set(known.map(searchTerm))].filter((term) => term !== '');
}
