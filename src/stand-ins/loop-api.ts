import type { Answer, Route, VendorRequest } from './http-server.ts';
import { isObject, type JsonObject, recordsOf } from './json.ts';
import { asnReport, listReturns } from './loop-listing.ts';
import { date, type PayloadStyle, returnDetails } from './loop-payloads.ts';
import type { ReturnBook, StandInReturn } from './loop-returns.ts';
import { type LoopSubscription, subscriptionRoutes } from './loop-subscriptions.ts';

export type LoopCallName =
  | 'process'
  | 'flag'
  | 'note'
  | 'notes'
  | 'details'
  | 'list'
  | 'asn'
  | 'webhooks'
  | 'destinations'
  | 'assess';

/** A place that returns can be bound for. */
export interface LoopDestination {
  id: number;
  name: string;
}

/** What the API needs to know of the shop behind it. */
export interface LoopShop {
  book: ReturnBook;
  subscriptions: Map<number, LoopSubscription>;
  destinations: readonly LoopDestination[];
  processFlagged: boolean;
  /** The API's own address, known once it listens. */
  links: { url: string };
  nextStyle(): PayloadStyle;
  queueProcessing(accepted: StandInReturn): void;
  announceUpdate(changed: StandInReturn): void;
}

const ASSESSED_AT_ONCE = 30;
const OUTCOMES = ['back_to_stock', 'resale_hold', 'recycle', 'donate', 'missing'];

/** Loop's API, as far as an integration of this kind meets it. */
export function loopRoutes(shop: LoopShop): Route<LoopCallName>[] {
  const { book } = shop;
  const all = () => book.returns.values();
  const accepted = alternatingTrue();
  const noNotes = alternatingNoNotes();
  const on =
    (answer: (about: StandInReturn, request: VendorRequest) => Answer) => (request: VendorRequest) => {
      const { id } = request.params;
      const about = book.returns.get(id ?? '');
      return about === undefined ? noSuchReturn : answer(about, request);
    };
  const list = (request: VendorRequest) =>
    listReturns(all(), request, `${shop.links.url}/warehouse/return/list`, shop.nextStyle());
  const asn = (request: VendorRequest) => asnReport(all(), request, shop.nextStyle());
  const notes = on((about) => (about.notes.length === 0 ? noNotes() : notesOf(about, shop.nextStyle())));
  const destinations = () => ({ status: 200, body: { destinations: shop.destinations.map(destination) } });

  const item = '/warehouse/return/:id';
  return [
    {
      name: 'process',
      method: 'POST',
      path: `${item}/process`,
      answer: on((r) => process(shop, r) ?? accepted()),
    },
    { name: 'flag', method: 'POST', path: `${item}/flag`, answer: on((r) => flag(shop, r) ?? accepted()) },
    {
      name: 'note',
      method: 'POST',
      path: `${item}/note`,
      answer: on((r, q) => note(book, r, q) ?? accepted()),
    },
    { name: 'notes', method: 'GET', path: `${item}/notes`, answer: notes },
    { name: 'details', method: 'GET', path: '/warehouse/return/details', answer: (q) => details(shop, q) },
    { name: 'list', method: 'GET', path: '/warehouse/return/list', answer: list },
    { name: 'asn', method: 'GET', path: '/warehouse/reporting/asn', answer: asn },
    { name: 'destinations', method: 'GET', path: '/destinations', answer: destinations },
    { name: 'assess', method: 'POST', path: '/dispositioning/assess', answer: (q) => assess(all(), q) },
    ...subscriptionRoutes(shop.subscriptions),
  ];
}

const noSuchReturn: Answer = {
  status: 404,
  body: { errors: { message: 'Return not found.', code: 'NOT_FOUND' } },
};

// Both spellings of success are about: JSON's true, and the text "true".
function alternatingTrue(): () => Answer {
  let answered = 0;
  return () => ({ status: 200, body: answered++ % 2 === 0 ? true : 'true' });
}

// Published as a 422 with "false"; an empty list is what one would expect. Both come.
function alternatingNoNotes(): () => Answer {
  let answered = 0;
  return () => (answered++ % 2 === 0 ? { status: 200, body: { notes: [] } } : { status: 422, body: 'false' });
}

function process(shop: LoopShop, about: StandInReturn): Answer | null {
  const mayProcess = about.state === 'open' || (about.state === 'review' && shop.processFlagged);
  if (!mayProcess) return refusal(about, 'processed');
  about.processedTimes += 1;
  shop.queueProcessing(about);
  return null;
}

function flag(shop: LoopShop, about: StandInReturn): Answer | null {
  if (about.state !== 'open' && about.state !== 'review') return refusal(about, 'flagged');
  about.flaggedTimes += 1;
  shop.book.setState(about, 'review');
  shop.announceUpdate(about);
  return null;
}

/** Loop says no with status 200. */
function refusal(about: StandInReturn, done: string): Answer {
  const message = `Return is ${about.state} and therefore cannot be ${done}.`;
  if (about.state === 'cancelled') return { status: 200, body: { message } };
  const code = about.state === 'review' ? 'UNPROCESSABLE_FLAGGED_RETURN' : 'UNPROCESSABLE_RETURN';
  return { status: 200, body: { errors: { message, code } } };
}

function note(book: ReturnBook, about: StandInReturn, { body }: VendorRequest): Answer | null {
  const { content } = isObject(body) ? body : {};
  const length = typeof content === 'string' ? [...content].length : 0;
  if (typeof content !== 'string' || content.trim() === '' || length >= 255) {
    const message = 'Content is required and must be less than 255 characters.';
    return { status: 422, body: { errors: { message } } };
  }
  book.addNote(about, content);
  return null;
}

function notesOf(about: StandInReturn, style: PayloadStyle): Answer {
  const notes = about.notes.map(({ id, content, createdAt }) => ({
    id,
    content,
    created_at: date(createdAt, style),
  }));
  return { status: 200, body: { notes } };
}

function details(shop: LoopShop, { query }: VendorRequest): Answer {
  const { return_id, order_id, order_name } = query;
  const found = [...shop.book.returns.values()].find(
    (one) => one.id === return_id || one.orderId === order_id || one.orderName === order_name,
  );
  if (found === undefined) return { status: 200, body: { error: { message: 'No return was found.' } } };
  return { status: 200, body: returnDetails(found, shop.nextStyle()) };
}

function destination({ id, name }: LoopDestination): JsonObject {
  return { id, name, type: 'warehouse', enabled: true, address: { city: 'Rancho Cucamonga', state: 'CA' } };
}

function assess(all: Iterable<StandInReturn>, { body }: VendorRequest): Answer {
  const { items } = isObject(body) ? body : {};
  const records = recordsOf(items);
  if (records === null || records.length === 0) return invalidItems('The items field is required.');
  if (records.length > ASSESSED_AT_ONCE)
    return invalidItems('The items field must not have more than 30 items.');
  const known = new Map([...all].flatMap((one) => one.lineItems).map((item) => [item.lineItemId, item]));
  const wanted = records.map(({ line_item_id, disposition_outcome }) => ({
    item: known.get(String(line_item_id)),
    outcome: typeof disposition_outcome === 'string' ? disposition_outcome : '',
  }));
  if (!wanted.every(({ item, outcome }) => item && OUTCOMES.includes(outcome)))
    return invalidItems('The selected items are invalid.');
  for (const { item, outcome } of wanted) if (item) item.dispositionOutcome = outcome;
  return { status: 200, body: { items: records } };
}

function invalidItems(message: string): Answer {
  return { status: 422, body: { message, errors: { items: [message] } } };
}
