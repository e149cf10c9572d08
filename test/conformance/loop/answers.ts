import type { JsonObject } from '../../../src/stand-ins/json.ts';
import type { PublishedAnswer, Reply } from '../corpus.ts';
import { aLabel, aReturn, bootItem, trackingOf } from './payloads.ts';

/** The calls that this service makes to Loop. */
export type LoopCall =
  | 'process'
  | 'flag'
  | 'note'
  | 'notes'
  | 'state'
  | 'details'
  | 'list'
  | 'asn'
  | 'assess'
  | 'webhooks'
  | 'create webhook'
  | 'replace webhook'
  | 'destinations';

/** The return that is asked about. */
export const ASKED = '99904598';

const api = 'docs.loopreturns.com/api-reference/latest';
const actions = `${api}/return-actions`;
const data = `${api}/return-data`;
const hooks = `${api}/programmatic-webhooks`;
const grading = `${api}/item-grading-and-disposition`;
const codes = 'docs.loopreturns.com/api-reference/error-codes';

const ok = (json: unknown): Reply => ({ status: 200, json });
const html: Reply['headers'] = { 'content-type': 'text/html' };
const gatewayPage = '<!doctype html><title>Down for a moment</title>';
const done = { kind: 'done' };
const refused = { kind: 'refused' };
const transient = { kind: 'transient' };
const held = { kind: 'paused' };

const every: readonly LoopCall[] = [
  'process',
  'flag',
  'note',
  'notes',
  'state',
  'details',
  'list',
  'asn',
  'assess',
  'webhooks',
  'create webhook',
  'replace webhook',
  'destinations',
];
const acting: readonly LoopCall[] = ['process', 'flag'];

/** What any call can be answered. */
const anyCall: readonly PublishedAnswer<LoopCall>[] = every.flatMap((call): PublishedAnswer<LoopCall>[] => [
  {
    call,
    name: 'the key is not known',
    published: 'docs.loopreturns.com/api-reference/authentication',
    reply: {
      status: 401,
      json: { error: { code: '401', http_code: 'GEN-UNAUTHORIZED', message: 'This key is not known.' } },
    },
    reading: { kind: 'paused', isKeyRefused: true },
  },
  {
    call,
    name: 'too many requests',
    published: 'docs.loopreturns.com/api-reference/rate-limit',
    reply: { status: 429, json: { message: 'Slow down.' }, headers: { 'retry-after': '1' } },
    reading: { kind: 'paused', isKeyRefused: false },
  },
  {
    call,
    name: 'too many requests, and not a word more',
    published: 'docs.loopreturns.com/api-reference/rate-limit',
    reply: { status: 429, text: '' },
    reading: held,
  },
  {
    call,
    name: 'a page of a gateway that is no success',
    published: 'pages that integrations have met',
    reply: { status: 502, text: gatewayPage, headers: html },
    reading: transient,
  },
  {
    call,
    name: 'trouble of Loop’s own, as an error with status 200',
    published: codes,
    reply: ok({ errors: { message: 'Something was not as expected.', code: 'UNEXPECTED_ERROR' } }),
    reading: transient,
  },
]);

/** A gateway's page is no yes, and no empty list. */
const pagesWithStatus200: readonly PublishedAnswer<LoopCall>[] = every
  .filter((call) => call !== 'create webhook' && call !== 'replace webhook')
  .map((call) => ({
    call,
    name: 'a page of a gateway with status 200',
    published: 'pages that integrations have met',
    reply: { status: 200, text: gatewayPage, headers: html },
    reading: transient,
  }));

interface Refusal {
  readonly json: unknown;
  readonly state: string | null;
  readonly published: string;
  readonly status?: number;
}

const processRefusals: readonly Refusal[] = [
  {
    json: {
      errors: {
        message: 'Return is closed and therefore cannot be processed.',
        code: 'UNPROCESSABLE_RETURN',
      },
    },
    state: 'closed',
    published: `${actions}/process-return`,
  },
  {
    json: { message: 'Return is cancelled and therefore cannot be processed.' },
    state: 'cancelled',
    published: `${actions}/process-return`,
  },
  {
    json: { message: 'Return is review and therefore cannot be processed.' },
    state: 'review',
    published: `${actions}/process-return`,
  },
  {
    json: {
      errors: {
        message: 'Return is open and therefore cannot be processed.',
        code: 'UNPROCESSABLE_FLAGGED_RETURN',
      },
    },
    state: 'review',
    published: `${codes} (a return in review)`,
  },
  {
    json: { content: 'Return is expired and cannot be processed.' },
    state: 'expired',
    published: `${actions}/cancel-return`,
  },
  {
    json: { content: 'Return is flagged and cannot be processed.' },
    state: 'review',
    published: `${actions}/cancel-return`,
  },
  {
    json: { errors: { message: 'There is no such return.', code: 'NOT_FOUND' } },
    state: null,
    published: codes,
    status: 404,
  },
  { json: { errors: { code: 'NOT_FOUND' } }, state: null, published: `${hooks}/update-webhook`, status: 404 },
  {
    json: { errors: 'There is no such return.' },
    state: null,
    published: 'errors that integrations have met',
  },
  {
    json: { errors: [{ message: 'Return is closed already.' }] },
    state: 'closed',
    published: 'errors that integrations have met',
  },
  {
    json: { errors: ['There is no such return.'] },
    state: null,
    published: `${actions}/create-return-deep-link`,
    status: 400,
  },
  {
    json: { error: { message: 'There is no such return.' } },
    state: null,
    published: `${actions}/remove-line-items`,
    status: 422,
  },
  {
    json: { message: 'The data was not valid.', errors: { note: ['It is too long.'] } },
    state: null,
    published: `${data}/detailed-returns-list`,
    status: 422,
  },
];

/** process and flag: only `true` is a yes, and a no can come with status 200. */
const verdicts: readonly PublishedAnswer<LoopCall>[] = acting.flatMap((call): PublishedAnswer<LoopCall>[] => {
  const published = `${actions}/${call}-return`;
  return [
    { call, name: 'true', published, reply: ok(true), reading: done },
    { call, name: 'true, as a text', published, reply: ok('true'), reading: done },
    { call, name: 'false', published, reply: ok('false'), reading: transient },
    { call, name: 'an empty body', published, reply: { status: 200, text: '' }, reading: transient },
    ...processRefusals.map(
      ({ json, state, status = 200, ...at }): PublishedAnswer<LoopCall> => ({
        call,
        name: `a no with status ${status}: ${JSON.stringify(json)}`,
        published: at.published,
        reply: { status, json },
        reading: { ...refused, state },
      }),
    ),
  ];
});

const notes: readonly PublishedAnswer<LoopCall>[] = [
  { call: 'note', name: 'true', published: `${actions}/create-return-note`, reply: ok(true), reading: done },
  {
    call: 'note',
    name: 'true, as a text',
    published: `${actions}/create-return-note`,
    reply: ok('true'),
    reading: done,
  },
  {
    call: 'note',
    name: 'a note that is too long',
    published: `${actions}/create-return-note`,
    reply: { status: 422, json: { errors: { message: 'It has to have fewer than 255 characters.' } } },
    reading: refused,
    says: ['255'],
  },
  {
    call: 'note',
    name: 'a note that is too long, as a form would say it',
    published: `${data}/detailed-returns-list`,
    reply: { status: 422, json: { message: 'Not valid.', errors: { content: ['It is too long.'] } } },
    reading: refused,
  },
  {
    call: 'notes',
    name: 'notes',
    published: `${actions}/get-return-notes`,
    reply: ok({ notes: [{ id: 7, content: 'Seen at the dock', created_at: '2026-11-24 10:12:00' }] }),
    reading: { kind: 'notes', contents: ['Seen at the dock'] },
  },
  {
    call: 'notes',
    name: 'no notes yet',
    published: `${actions}/get-return-notes`,
    reply: { status: 422, json: 'false' },
    reading: { kind: 'notes', contents: [] },
  },
  {
    call: 'notes',
    name: 'an empty list of notes',
    published: `${actions}/get-return-notes`,
    reply: ok({ notes: [] }),
    reading: { kind: 'notes', contents: [] },
  },
];

/** A return as the API's details show it: ids as numbers, dates without a zone. */
const details = (more: JsonObject = {}): JsonObject => ({
  ...aReturn(ASKED),
  topic: undefined,
  trigger: undefined,
  id: Number(ASKED),
  created_at: '2026-11-20 15:58:00',
  edited_at: '2026-11-20 15:59:00',
  updated_at: '2026-11-20 16:05:15',
  outcome: 'refund',
  multi_currency: false,
  exchange: null,
  line_items: [bootItem({ line_item_title: 'Hiking boot', variant_title: 'Olive / 41', image: null })],
  ...more,
});

const stateWords: readonly (readonly [word: string, state: string])[] = [
  ['open', 'open'],
  ['closed', 'closed'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['expired', 'expired'],
  ['review', 'review'],
  ['needs review', 'review'],
  ['Needs Review', 'review'],
  ['in_review', 'review'],
];
const unknownWords = ['partial', 'processing', 'processed', 'a state of tomorrow'];

const noSuchReturn: readonly Reply[] = [
  ok({ error: { message: 'Nothing was found.' } }),
  ok({ error: { code: 'ORDER_NOT_FOUND', message: 'Nothing was found.' } }),
  { status: 404, json: { errors: { code: 'NOT_FOUND', message: 'Nothing was found.' } } },
];

const oneReturn: readonly PublishedAnswer<LoopCall>[] = [
  ...stateWords.flatMap(([word, state]): PublishedAnswer<LoopCall>[] => [
    {
      call: 'details',
      name: `a return that is ${word}`,
      published: `${data}/get-return-details`,
      reply: ok(details({ state: word })),
      reading: { kind: 'details', record: { id: ASKED, state } },
    },
    {
      call: 'state',
      name: `a return that is ${word}`,
      published: `${data}/get-return-details`,
      reply: ok(details({ state: word })),
      reading: { kind: 'known', state },
    },
  ]),
  ...unknownWords.flatMap((word): PublishedAnswer<LoopCall>[] => [
    {
      call: 'details',
      name: `a return that is ${word}`,
      published: "Loop's admin and its tools for agents",
      reply: ok(details({ state: word })),
      reading: { kind: 'details', record: { id: ASKED } },
    },
    {
      call: 'state',
      name: `a return that is ${word} is a return all the same`,
      published: "Loop's admin and its tools for agents",
      reply: ok(details({ state: word })),
      reading: { kind: 'known' },
    },
  ]),
  {
    call: 'details',
    name: 'a return whose id is a text',
    published: `${data}/get-return-details`,
    reply: ok(details({ id: ASKED })),
    reading: { kind: 'details', record: { id: ASKED, state: 'open' } },
  },
  ...noSuchReturn.flatMap((reply): PublishedAnswer<LoopCall>[] => [
    {
      call: 'details',
      name: `nothing matches: ${reply.status} ${JSON.stringify(reply.json)}`,
      published: `${data}/get-return-details`,
      reply,
      reading: refused,
    },
    {
      call: 'state',
      name: `nothing matches: ${reply.status} ${JSON.stringify(reply.json)}`,
      published: `${data}/get-return-details`,
      reply,
      reading: { kind: 'unknown' },
    },
  ]),
];

/** A row of the detailed list: every id is a text, and `updated_at` moves where `edited_at` does not. */
const row = (more: JsonObject = {}): JsonObject => ({
  ...aReturn(ASKED),
  topic: undefined,
  trigger: undefined,
  order_id: '6620114',
  created_at: '2026-11-20T15:58:00.000Z',
  updated_at: '2026-11-20T16:05:15.000Z',
  edited_at: '2026-11-20T15:59:00.000Z',
  outcome: 'refund',
  type: 'refund',
  multi_currency: false,
  origin_country: 'United States',
  origin_country_code: 'US',
  carrier: 'UPS',
  tracking_number: trackingOf(ASKED),
  label_status: 'pre_transit',
  label_updated_at: '2026-11-20T16:01:10.000Z',
  label_url: null,
  destination_id: '1042',
  destination_name: 'Rancho Cucamonga',
  package_reference: null,
  return_method: { provider: 'label', address: null },
  refund_before_inspection: false,
  was_processed: false,
  line_items: [bootItem({ line_item_id: '40117001', outcome: 'default', refund_item: '118.00' })],
  labels: [aLabel(ASKED, { line_items: ['40117001'] })],
  ...more,
});

const listing = `${data}/detailed-returns-list`;
const pagination = 'docs.loopreturns.com/api-reference/pagination';
const nextPage =
  'https://api.loopreturns.com/api/v1/warehouse/return/list?filter=updated_at&pageSize=100&cursor=eyJpZCI6N30%3D';
const page = (...returns: JsonObject[]): Reply => ok({ returns, nextPageUrl: null, previousPageUrl: null });
const listed = (name: string, reply: Reply, reading: JsonObject = {}): PublishedAnswer<LoopCall> => ({
  call: 'list',
  name,
  published: listing,
  reply,
  reading: { kind: 'page', returns: [{ id: ASKED }], unreadable: 0, cursor: null, ...reading },
});

const lists: readonly PublishedAnswer<LoopCall>[] = [
  listed('a page of returns', page(row()), { returns: [{ id: ASKED, state: 'open' }] }),
  listed('a bare list of returns', ok([row()])),
  listed('a page that says nothing of another one', ok({ returns: [row()] })),
  listed('a row without line items', page(row({ line_items: undefined }))),
  listed(
    'a row with an empty list of labels',
    page(row({ labels: [], tracking_number: 'N/A', carrier: 'N/A' })),
  ),
  listed('a row with ids that are numbers', page(row({ id: Number(ASKED), destination_id: 1042 }))),
  listed('a row of a bag', page(row({ labels: [], tracking_number: null, package_reference: 'HR7319AC2F' }))),
  listed('a row that was never edited', page(row({ edited_at: null }))),
  ...stateWords.map(([word, state]) =>
    listed(`a row that is ${word}`, page(row({ state: word })), { returns: [{ id: ASKED, state }] }),
  ),
  ...unknownWords.map((word) => listed(`a row that is ${word}`, page(row({ state: word })))),
  {
    ...listed(
      'a page and where the next one is',
      ok({ returns: [row()], nextPageUrl: nextPage, previousPageUrl: null }),
      {
        cursor: 'eyJpZCI6N30=',
      },
    ),
    published: pagination,
  },
  {
    ...listed('no returns', ok({ returns: [], nextPageUrl: null, previousPageUrl: null }), { returns: [] }),
    published: pagination,
  },
  ...['from', 'to', 'state'].map(
    (field): PublishedAnswer<LoopCall> => ({
      call: 'list',
      name: `a parameter that is not valid: ${field}`,
      published: listing,
      reply: { status: 422, json: { message: 'Not valid.', errors: { [field]: ['It is not valid.'] } } },
      reading: refused,
    }),
  ),
];

/** A row of the ASN report: one for each line item. */
const asnRow = (more: JsonObject = {}): JsonObject => ({
  id: Number(ASKED),
  return_line_item_id: '40117001',
  order_id: '6620114',
  order_name: '#58102',
  state: 'open',
  customer_email: 'ada@shop.example',
  title: 'Hiking boot, olive',
  purchase_price: '118.00',
  sku: 'BOOT-OLIVE-41',
  barcode: '',
  carrier: 'UPS',
  service: 'Ground',
  tracking_number: trackingOf(ASKED),
  label_status: 'pre_transit',
  restock_status: 'none',
  currency: 'USD',
  return_reason: 'Too narrow',
  return_method: 'label',
  return_method_rma_code: null,
  scannable_id: null,
  package_reference: null,
  shipping_box_barcode: null,
  destination_id: '1042',
  destination_name: 'Rancho Cucamonga',
  date_delivered: null,
  outcome: 'default',
  created_at: '2026-11-20T15:58:00.000Z',
  updated_at: '2026-11-20T16:05:15.000Z',
  closed_at: null,
  ...more,
});
const asn = (
  name: string,
  rows: readonly JsonObject[],
  items: readonly JsonObject[],
): PublishedAnswer<LoopCall> => ({
  call: 'asn',
  name,
  published: `${data}/advanced-shipping-notice`,
  reply: ok(rows),
  reading: { kind: 'rows', rows: items.map((item) => ({ returnId: ASKED, item })) },
});

const reports: readonly PublishedAnswer<LoopCall>[] = [
  asn('a row for each line item', [asnRow()], [{ line_item_id: '40117001', sku: 'BOOT-OLIVE-41' }]),
  asn(
    'ids in the other type',
    [asnRow({ id: ASKED, return_line_item_id: 40_117_001 })],
    [{ line_item_id: '40117001' }],
  ),
  asn('a SKU and a reason that are null', [asnRow({ sku: null, return_reason: null })], [{ sku: '' }]),
  asn('a state that nobody knows', [asnRow({ state: 'a state of tomorrow' })], [{ sku: 'BOOT-OLIVE-41' }]),
  asn('no rows', [], []),
];

const assessed = { line_item_id: 40_117_001, disposition_outcome: 'back_to_stock', note: null };
const assessments: readonly PublishedAnswer<LoopCall>[] = [
  {
    call: 'assess',
    name: 'the items as they are now',
    published: `${grading}/assess-dispositions`,
    reply: ok([{ ...assessed, inspected_at: '2026-11-24 10:12:00' }]),
    reading: done,
  },
  {
    call: 'assess',
    name: 'the items as they are now, in an object',
    published: `${grading}/assess-dispositions`,
    reply: ok({ items: [assessed] }),
    reading: done,
  },
  {
    call: 'assess',
    name: 'items that are not valid',
    published: `${grading}/assess-dispositions`,
    reply: { status: 422, json: { message: 'Not valid.', errors: { 'items.0.line_item_id': ['Unknown.'] } } },
    reading: refused,
  },
  {
    call: 'assess',
    name: 'items of another shop are no trouble with the key',
    published: 'docs.loopreturns.com/openapi/dispositioning-api.yaml',
    reply: { status: 403, json: { message: 'An item is of another shop.' } },
    reading: refused,
  },
];

const webhook = {
  id: 5150,
  shop_id: 71_204,
  topic: 'return',
  trigger: 'return.created',
  url: 'https://returns.example.com/webhooks/loop/acme',
  status: 'active',
};
const registered = {
  id: '5150',
  trigger: 'return.created',
  url: webhook.url,
  active: true,
};
const registrations: readonly PublishedAnswer<LoopCall>[] = [
  {
    call: 'webhooks',
    name: 'webhooks, also of topics that nobody knows',
    published: `${hooks}/get-webhooks`,
    reply: ok({
      webhooks: [
        webhook,
        { ...webhook, id: 5151, topic: 'a topic of tomorrow', trigger: 'x', status: 'inactive' },
      ],
    }),
    reading: { kind: 'webhooks', webhooks: [registered, { id: '5151', active: false }] },
  },
  {
    call: 'webhooks',
    name: 'no webhooks',
    published: `${hooks}/get-webhooks`,
    reply: ok({ webhooks: [] }),
    reading: { kind: 'webhooks', webhooks: [] },
  },
  {
    call: 'webhooks',
    name: 'a webhook that Loop has switched off',
    published: 'docs.loopreturns.com/reference/setting-up-webhooks-legacy',
    reply: ok({ webhooks: [{ ...webhook, status: 'deactivated' }] }),
    reading: { kind: 'webhooks', webhooks: [{ ...registered, active: false }] },
  },
  ...[200, 201].map(
    (status): PublishedAnswer<LoopCall> => ({
      call: 'create webhook',
      name: `it is there, with status ${status}`,
      published: `${hooks}/create-webhook`,
      reply: { status, json: webhook },
      reading: done,
    }),
  ),
  {
    call: 'replace webhook',
    name: 'it is replaced',
    published: `${hooks}/update-webhook`,
    reply: { status: 204, text: '' },
    reading: done,
  },
  {
    call: 'replace webhook',
    name: 'there is none',
    published: `${hooks}/update-webhook`,
    reply: { status: 404, json: { errors: { code: 'NOT_FOUND' } } },
    reading: refused,
  },
  ...(['create webhook', 'replace webhook'] as const).flatMap((call): PublishedAnswer<LoopCall>[] => [
    {
      call,
      name: 'a trigger that Loop does not know',
      published: `${hooks}/create-webhook`,
      reply: {
        status: 422,
        json: { message: 'One of: return,label,restock', errors: { topic: ['Unknown.'] } },
      },
      reading: refused,
      says: ['return,label'],
    },
    {
      call,
      name: 'it could not be saved',
      published: codes,
      reply: {
        status: 400,
        json: { errors: { message: 'It was not saved.', code: 'FAILED_TO_CREATE_WEBHOOK' } },
      },
      reading: refused,
    },
  ]),
];

const warehouse = {
  id: 1042,
  type: 'warehouse',
  name: 'Rancho Cucamonga',
  enabled: true,
  address: { address1: '1 Dock Road', city: 'Rancho Cucamonga', state: 'California', zip: '91730' },
};
const destinations: readonly PublishedAnswer<LoopCall>[] = [
  {
    call: 'destinations',
    name: 'destinations',
    published: `${api}/destinations`,
    reply: ok({
      destinations: [warehouse, { ...warehouse, id: 1043, type: 'donate', name: null, enabled: false }],
    }),
    reading: {
      kind: 'destinations',
      destinations: [
        { id: '1042', name: 'Rancho Cucamonga' },
        { id: '1043', name: null },
      ],
    },
  },
  {
    call: 'destinations',
    name: 'no destinations',
    published: `${api}/destinations`,
    reply: ok({ destinations: [] }),
    reading: { kind: 'destinations', destinations: [] },
  },
];

/** Every answer of Loop's API. */
export const loopAnswers: readonly PublishedAnswer<LoopCall>[] = [
  ...anyCall,
  ...pagesWithStatus200,
  ...verdicts,
  ...notes,
  ...oneReturn,
  ...lists,
  ...reports,
  ...assessments,
  ...registrations,
  ...destinations,
];
