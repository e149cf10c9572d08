import { randomUUID } from 'node:crypto';
import type { Answer, Route, VendorRequest } from './http-server.ts';
import { type JsonObject, recordsOf } from './json.ts';
import type { BatchDesk } from './masonhub-batches.ts';
import { lineFields, rmaFields } from './masonhub-envelopes.ts';
import type { BatchWork, RmaBook } from './masonhub-rmas.ts';

export type MasonHubCallName = 'create' | 'replace' | 'delete' | 'find' | 'callbacks' | 'sandbox';

/** A callback's registration; its token is not shown again. */
export interface RegisteredCallback {
  id: string;
  url: string;
  message_type: string;
  api_version: string;
  token: string | null;
}

const MESSAGE_TYPES = [
  'skuInventoryChange',
  'orderEvent',
  'orderUpdateResolution',
  'orderCancelResolution',
  'inboundShipmentEvent',
  'rmaEvent',
  'snapshotReady',
];
const USUAL_LIMIT = 30;
const HIGHEST_LIMIT = 100;

/** MasonHub's API, as far as an integration of returns meets it. */
export function masonHubRoutes(
  book: RmaBook,
  desk: BatchDesk,
  sandbox: BatchWork,
  callbacks: Map<string, RegisteredCallback>,
): Route<MasonHubCallName>[] {
  const batch = (work: BatchWork, status?: number) => (request: VendorRequest) =>
    desk.take(request, work, status);
  const list = () => ({
    status: 200,
    body: [...callbacks.values()].map(({ token: _token, ...shown }) => shown),
  });
  return [
    { name: 'create', method: 'POST', path: '/rmas', answer: batch(book.creating, 201) },
    { name: 'replace', method: 'PUT', path: '/rmas', answer: batch(book.replacing) },
    { name: 'delete', method: 'DELETE', path: '/rmas', answer: batch(book.deleting) },
    { name: 'find', method: 'GET', path: '/rmas', answer: (request) => find(book, request) },
    { name: 'callbacks', method: 'GET', path: '/callbacks', answer: list },
    {
      name: 'callbacks',
      method: 'POST',
      path: '/callbacks',
      answer: (request) => register(callbacks, request),
    },
    {
      name: 'callbacks',
      method: 'DELETE',
      path: '/callbacks',
      answer: (request) => remove(callbacks, request),
    },
    { name: 'sandbox', method: 'POST', path: '/data_factory/rmaEvent', answer: batch(sandbox) },
  ];
}

function find(book: RmaBook, { query }: VendorRequest): Answer {
  const { cid, id, status = 'all', sdt, edt, list_type = 'detail' } = query;
  const { limit: limitText = USUAL_LIMIT, offset: offsetText = 0 } = query;
  const [limit, offset] = [Number(limitText), Number(offsetText)];
  const [from, to] = [timeOf(sdt, Number.NEGATIVE_INFINITY), timeOf(edt, Number.POSITIVE_INFINITY)];
  const limitIsGood = Number.isInteger(limit) && limit >= 1 && limit <= HIGHEST_LIMIT;
  if (!limitIsGood || !Number.isInteger(offset) || Number.isNaN(from) || Number.isNaN(to))
    return { status: 400, body: { message: 'One or more parameters were bad.' } };

  const found = [...book.rmas.values()].filter(
    (rma) =>
      listed(cid, rma.customerIdentifier) &&
      listed(id, rma.id) &&
      (status === 'all' || status === rma.status) &&
      rma.createdAt.getTime() >= from &&
      rma.createdAt.getTime() <= to,
  );
  const detailed = list_type.toLowerCase() === 'detail';
  const data = found
    .slice(offset, offset + limit)
    .map((rma) => (detailed ? { ...rmaFields(rma), line_items: lineFields(rma) } : rmaFields(rma)));
  const search_criteria = { status, sdt: sdt ?? null, edt: edt ?? null };
  return { status: 200, body: { search_criteria, limit, offset, list_type, data } };
}

function listed(wanted: string | undefined, value: string): boolean {
  return wanted === undefined || wanted.split(',').includes(value);
}

function timeOf(text: string | undefined, open: number): number {
  return text === undefined ? open : Date.parse(text);
}

function register(callbacks: Map<string, RegisteredCallback>, { body }: VendorRequest): Answer {
  const records = recordsOf(body);
  if (records === null) return { status: 400, body: { message: 'An array of records is expected.' } };
  return { status: 200, body: records.map((record) => registerOne(callbacks, record)) };
}

function registerOne(callbacks: Map<string, RegisteredCallback>, record: JsonObject): JsonObject {
  const { url, message_type, api_version = '1.0', token } = record;
  const isGood =
    typeof url === 'string' &&
    url.startsWith('https://') &&
    typeof message_type === 'string' &&
    MESSAGE_TYPES.includes(message_type) &&
    (api_version === '1.0' || api_version === '2.0');
  const id = randomUUID();
  if (!isGood) return { id, status: 'Failure', messages: ['Callback url update failed.'] };
  callbacks.set(id, { id, url, message_type, api_version, token: typeof token === 'string' ? token : null });
  return { message_type, id, status: 'Success', url, messages: ['Callback url updated successfuly.'] };
}

function remove(callbacks: Map<string, RegisteredCallback>, { body }: VendorRequest): Answer {
  if (!Array.isArray(body)) return { status: 400, body: { message: 'An array of ids is expected.' } };
  for (const id of body) callbacks.delete(String(id));
  return { status: 200, body: 'callbacks deleted' };
}
