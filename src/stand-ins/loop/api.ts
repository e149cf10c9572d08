import type { Reply, Route, VendorRequest } from '../desk.ts';
import { isObject, type JsonObject } from '../json.ts';
import { asnReport } from './asn.ts';
import { assess } from './assess.ts';
import { type ListItems, listReturns, plainState } from './listing.ts';
import { returnDetails } from './return-payload.ts';
import type { ReturnBook, StandInReturn } from './returns.ts';
import { date, type PayloadStyle } from './style.ts';
import { type ProcessingWebhooks, type Subscriptions, subscriptionRoutes } from './subscriptions.ts';
import type { AsnDates } from './windows.ts';

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

/** Where the pages leave things open, or Loop was seen to do otherwise than they say. */
export interface ApiHabits {
  listItems: ListItems;
  asnDates: AsnDates;
  processingWebhooks: ProcessingWebhooks;
}

/** What the API needs to know of the shop behind it. */
export interface LoopShop {
  book: ReturnBook;
  subscriptions: Subscriptions;
  destinations: readonly LoopDestination[];
  processFlagged: boolean;
  habits: ApiHabits;
  /** The API's own address, known once it listens. */
  links: { url: string };
  nextStyle(): PayloadStyle;
  queueProcessing(accepted: StandInReturn): void;
  announceUpdate(changed: StandInReturn): void;
}

/** Loop's API, as far as an integration of this kind meets it. */
export function loopRoutes(shop: LoopShop): Route<LoopCallName>[] {
  const { book, habits } = shop;
  const all = () => book.returns.values();
  const accepted = alternatingTrue();
  const noNotes = alternatingNoNotes();
  const on =
    (answer: (about: StandInReturn, request: VendorRequest) => Reply) => (request: VendorRequest) => {
      const { id } = request.params;
      const about = book.returns.get(id ?? '');
      return about === undefined ? noSuchReturn : answer(about, request);
    };
  const list = (request: VendorRequest) =>
    listReturns(all(), request, `${shop.links.url}/warehouse/return/list`, {
      style: shop.nextStyle(),
      items: habits.listItems,
    });
  const asn = (request: VendorRequest) => asnReport(all(), request, shop.nextStyle(), habits.asnDates);
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
    ...subscriptionRoutes(shop.subscriptions, habits.processingWebhooks),
  ];
}

/** Loop says with status 200 that there is no such return. */
const noSuchReturn: Reply = { status: 200, body: { error: { message: 'No return was found.' } } };

// Both spellings of success are about: JSON's true, and the text "true".
function alternatingTrue(): () => Reply {
  let answered = 0;
  return () => ({ status: 200, body: answered++ % 2 === 0 ? true : 'true' });
}

// Published as a 422 with "false"; an empty list is what one would expect. Both come.
function alternatingNoNotes(): () => Reply {
  let answered = 0;
  return () => (answered++ % 2 === 0 ? { status: 200, body: { notes: [] } } : { status: 422, body: 'false' });
}

function process(shop: LoopShop, about: StandInReturn): Reply | null {
  const state = plainState(about.state);
  const isFlagged = state === 'review' && !shop.processFlagged;
  if (isFlagged) return refusal(about, 'UNPROCESSABLE_FLAGGED_RETURN');
  // Of a cancelled return the refusal to process has no code.
  if (state === 'cancelled') return { status: 200, body: { message: refusalOf(about) } };
  if (state !== 'open' && state !== 'review') return refusal(about);
  about.processedTimes += 1;
  shop.queueProcessing(about);
  return null;
}

function flag(shop: LoopShop, about: StandInReturn): Reply | null {
  const state = plainState(about.state);
  if (state !== 'open' && state !== 'review') return refusal(about);
  about.flaggedTimes += 1;
  shop.book.setState(about, 'review');
  shop.announceUpdate(about);
  return null;
}

/** Loop says no with status 200, and says "processed" whatever was asked for. */
function refusal(about: StandInReturn, code = 'UNPROCESSABLE_RETURN'): Reply {
  return { status: 200, body: { errors: { message: refusalOf(about), code } } };
}

function refusalOf(about: StandInReturn): string {
  return `Return is ${about.state} and therefore cannot be processed.`;
}

function note(book: ReturnBook, about: StandInReturn, { body }: VendorRequest): Reply | null {
  const { content } = isObject(body) ? body : {};
  const length = typeof content === 'string' ? [...content].length : 0;
  if (typeof content !== 'string' || content.trim() === '' || length >= 255) {
    const message = 'Content is required and must be less than 255 characters.';
    return { status: 422, body: { errors: { message } } };
  }
  book.addNote(about, content);
  return null;
}

function notesOf(about: StandInReturn, style: PayloadStyle): Reply {
  const notes = about.notes.map(({ id, content, createdAt }) => ({
    id,
    content,
    created_at: date(createdAt, style),
  }));
  return { status: 200, body: { notes } };
}

/** Found by its id, its Shopify order's id or its order's name. */
function details(shop: LoopShop, { query }: VendorRequest): Reply {
  const { return_id, order_id, order_name } = query;
  const found = [...shop.book.returns.values()].find(
    (one) => one.id === return_id || one.providerOrderId === order_id || one.orderName === order_name,
  );
  if (found === undefined) return noSuchReturn;
  return { status: 200, body: returnDetails(found, shop.nextStyle()) };
}

function destination({ id, name }: LoopDestination): JsonObject {
  return { id, name, type: 'warehouse', enabled: true, address: { city: 'Rancho Cucamonga', state: 'CA' } };
}
