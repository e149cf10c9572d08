import type { Reply, VendorRequest } from '../desk.ts';
import { isObject, recordsOf } from '../json.ts';
import type { StandInReturn } from './returns.ts';
import { invalid } from './windows.ts';

const ASSESSED_AT_ONCE = 30;
const OUTCOMES = ['back_to_stock', 'resale_hold', 'recycle', 'donate', 'missing'];

/** `POST /dispositioning/assess`: what became of line items, 30 at most at once. */
export function assess(all: Iterable<StandInReturn>, { body }: VendorRequest): Reply {
  const { items } = isObject(body) ? body : {};
  const records = recordsOf(items);
  if (records === null || records.length === 0) return invalid('items', 'The items field is required.');
  if (records.length > ASSESSED_AT_ONCE)
    return invalid('items', 'The items field must not have more than 30 items.');
  const known = new Map([...all].flatMap((one) => one.lineItems).map((item) => [item.lineItemId, item]));
  const wanted = records.map(({ line_item_id, disposition_outcome }) => ({
    item: known.get(String(line_item_id)),
    outcome: typeof disposition_outcome === 'string' ? disposition_outcome : '',
  }));
  if (!wanted.every(({ item, outcome }) => item && OUTCOMES.includes(outcome)))
    return invalid('items', 'The selected items are invalid.');
  for (const { item, outcome } of wanted) if (item) item.dispositionOutcome = outcome;
  return { status: 200, body: { items: records } };
}
