import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { JsonObject } from '../../../src/stand-ins/json.ts';
import type { PublishedAnswer, Reply } from '../corpus.ts';
import { anRma, line } from './payloads.ts';

/** The calls that this service makes to MasonHub. */
export type MasonHubCall =
  | 'create'
  | 'replace'
  | 'delete'
  | 'find'
  | 'find received'
  | 'callbacks'
  | 'register callback'
  | 'remove callbacks';

/** The RMAs that are asked about, both in one request. */
export const ASKED = ['99904598', '99904599'] as const;
const [ONE, TWO] = ASKED;
/** Where the callback is registered to. */
export const CALLBACK_URL = 'https://returns.example.com/callbacks/masonhub/acme';

const docs = 'masonhub-docs api-reference';
const createPage = `${docs}/returns/create-returns`;
const updatePage = `${docs}/returns/update-returns`;
const deletePage = `${docs}/returns/delete-returns`;
const getPage = `${docs}/returns/get-returns`;
const description = 'masonhub-docs public description';

const html = { 'content-type': 'text/html' };
const gatewayPage = '<!doctype html><title>Down for a moment</title>';
const ok = (json: unknown): Reply => ({ status: 200, json });
const done = { kind: 'done' };
const refused = { kind: 'refused' };
const transient = { kind: 'transient' };

const batches = ['create', 'replace', 'delete'] as const;
const pages = { create: createPage, replace: updatePage, delete: deletePage };
const every: readonly MasonHubCall[] = [
  ...batches,
  'find',
  'find received',
  'callbacks',
  'register callback',
  'remove callbacks',
];

const anyCall: readonly PublishedAnswer<MasonHubCall>[] = every.flatMap(
  (call): PublishedAnswer<MasonHubCall>[] => [
    ...[
      { message: 'This token is not known.' },
      { error: { code: 'UNAUTHORIZED', message: 'No such token.' } },
    ].map(
      (json): PublishedAnswer<MasonHubCall> => ({
        call,
        name: `the token is not known: ${JSON.stringify(json)}`,
        published: 'error' in json ? `${docs}/callback-holds/get-callback-holds` : description,
        reply: { status: 401, json },
        reading: { kind: 'paused', isKeyRefused: true },
      }),
    ),
    {
      call,
      name: 'the request is not signed',
      published: description,
      reply: { status: 403, json: { message: 'The request was not signed.' } },
      reading: { kind: 'paused', isKeyRefused: true },
    },
    {
      call,
      name: 'too many requests',
      published: `${docs}/api-design-philosophy`,
      reply: { status: 429, json: { message: 'Slow down.' } },
      reading: { kind: 'paused', isKeyRefused: false },
    },
    {
      call,
      name: 'trouble of MasonHub’s own',
      published: description,
      reply: { status: 500, json: { message: 'Something went wrong. We have been told.' } },
      reading: transient,
    },
    {
      call,
      name: 'a page of a gateway that is no success',
      published: 'pages that integrations have met',
      reply: { status: 502, text: gatewayPage, headers: html },
      reading: transient,
    },
  ],
);

const link = `https://app.masonhub.co/acme/api/v1/rmas?cid=${ONE}`;
const counts = (succeeded: number, failed: number) => ({
  records_submitted: succeeded + failed,
  records_processed: succeeded + failed,
  records_failed: failed,
  records_succeeded: succeeded,
});
const accepted = { [ONE]: 'accepted', [TWO]: 'accepted' };
const oneRefused = { [ONE]: 'accepted', [TWO]: 'refused' };
const bothRefused = { [ONE]: 'refused', [TWO]: 'refused' };
/** Either is right, as long as it is not taken for silence. */
const answered = expect.stringMatching(/^(accepted|refused)$/);
const good = (more: JsonObject = {}) =>
  ASKED.map((customer_identifier) => ({ customer_identifier, ...more }));
const taken = `301: '${TWO}' is already taken and 'customer_identifier' must be unique`;

type Batch = (typeof batches)[number];
/** What becomes of each record of a batch. */
const batch =
  (call: Batch) =>
  (
    name: string,
    reply: Reply,
    of: Readonly<Record<string, unknown>>,
    says: readonly string[] = [],
  ): PublishedAnswer<MasonHubCall> => ({
    call,
    name,
    published: pages[call],
    reply,
    reading: { records: of },
    says,
  });

/** What a record's own success and failure look like, in the batch of any method. */
const records: readonly PublishedAnswer<MasonHubCall>[] = batches.flatMap(
  (call): PublishedAnswer<MasonHubCall>[] => {
    const answer = batch(call);
    return [
      answer(
        'both are done',
        ok({ ...counts(2, 0), results: good({ status: 'success', uri: link }) }),
        accepted,
      ),
      answer(
        'both are done, with 201',
        { status: 201, json: { ...counts(2, 0), results: good({ status: 'success' }) } },
        accepted,
      ),
      answer(
        'both are done, in an array',
        ok([{ ...counts(2, 0), results: good({ status: 'Success', url: link }) }]),
        accepted,
      ),
      answer(
        'both are done, with a label and messages that are empty',
        ok({
          ...counts(2, 0),
          results: good({
            status: 'success',
            messages: [],
            additional_data: { return_tracking_number: '93020' },
          }),
        }),
        accepted,
      ),
      ...(
        [
          ['by field', { messages: [{ field_name: 'customer_identifier', errors: ['It is taken'] }] }],
          ['by name', { messages: [{ customer_identifier: [taken] }] }],
          ['as a text', { messages: ['It is taken'] }],
          ['as a reason', { reason: 'It is taken' }],
        ] as const
      ).map(([how, why]) =>
        answer(
          `one is refused, with messages ${how}`,
          ok({
            ...counts(1, 1),
            results: [
              { customer_identifier: ONE, status: 'Success' },
              { customer_identifier: TWO, status: 'Failure', ...why },
            ],
          }),
          oneRefused,
          ['taken'],
        ),
      ),
      answer(
        'one is refused, without a word',
        ok({
          ...counts(1, 1),
          results: [
            { customer_identifier: ONE, status: 'success' },
            { customer_identifier: TWO, status: 'failure' },
          ],
        }),
        oneRefused,
      ),
      answer(
        'a record that is in no list has no answer',
        ok({ ...counts(1, 0), results: [{ customer_identifier: ONE, status: 'success' }] }),
        { [ONE]: 'accepted', [TWO]: 'unanswered' },
      ),
      answer(
        'all are refused in one, for one bad record',
        {
          status: 400,
          json: {
            error: {
              code: 'VALIDATION_ERROR',
              message: 'The catalogue has no such SKU',
              details: { customer_sku_id: 'BOOT-OLIVE-41', rma: ONE },
            },
          },
        },
        bothRefused,
        ['catalogue', 'BOOT-OLIVE-41'],
      ),
      answer(
        'all are refused in one, with fields that are missing',
        {
          status: 400,
          json: {
            error: {
              code: 'VALIDATION_ERROR',
              message: 'An address is needed for a label',
              details: { missing_fields: ['customer_address_name'], rma: ONE },
            },
          },
        },
        bothRefused,
        ['customer_address_name'],
      ),
      answer(
        'all are refused in one, in a word',
        { status: 400, json: { message: 'It is not valid.' } },
        bothRefused,
      ),
    ];
  },
);

/** What only a change of RMAs that are there can be answered: the refused ones in a list of their own. */
const partly: readonly PublishedAnswer<MasonHubCall>[] = (['replace', 'delete'] as const).flatMap((call) => {
  const answer = batch(call);
  return [
    answer(
      'one is done and the other is in a list of its own, with 207',
      {
        status: 207,
        json: {
          ...counts(1, 1),
          results: [{ customer_identifier: ONE, status: call === 'delete' ? 'deleted' : 'success' }],
          errors: [
            {
              customer_identifier: TWO,
              error: { code: 'INVALID_STATUS', message: 'Its parcel is here', current_status: 'received' },
            },
          ],
        },
      },
      oneRefused,
      ['received'],
    ),
    answer(
      'both are in the list of errors, with 207',
      {
        status: 207,
        json: {
          ...counts(0, 2),
          results: [],
          errors: ASKED.map((customer_identifier) => ({
            customer_identifier,
            error: { code: 'INVALID_STATUS', message: 'Its parcel is here', current_status: 'delivered' },
          })),
        },
      },
      bothRefused,
      ['delivered'],
    ),
    answer(
      'both are in the list of errors, with no other list, and a 400',
      {
        status: 400,
        json: {
          ...counts(0, 2),
          errors: ASKED.map((customer_identifier) => ({
            customer_identifier,
            error: { code: 'INVALID_STATUS', message: 'Its parcel is here', current_status: 'delivered' },
          })),
        },
      },
      bothRefused,
      ['delivered'],
    ),
    answer(
      'a record that is in neither of the two lists has no answer',
      {
        status: 207,
        json: { ...counts(1, 1), results: [{ customer_identifier: ONE, status: 'success' }], errors: [] },
      },
      { [ONE]: 'accepted', [TWO]: 'unanswered' },
    ),
  ];
});

/** What the parcel has to do with it: a refusal that is for the status says which one it is. */
const statuses: readonly PublishedAnswer<MasonHubCall>[] = (['replace', 'delete'] as const).flatMap((call) =>
  ['tendered', 'inTransit', 'delivered', 'in-receiving', 'received', 'undeliverable']
    .filter((status) => call === 'delete' || (status !== 'tendered' && status !== 'inTransit'))
    .map(
      (current_status): PublishedAnswer<MasonHubCall> => ({
        call,
        name: `an RMA that is ${current_status}`,
        published: pages[call],
        reply: {
          status: 400,
          json: {
            error: {
              code: 'INVALID_STATUS',
              message: 'It is not open any more',
              details: {
                customer_identifier: ONE,
                current_status,
                ...(call === 'delete'
                  ? { allowed_status: 'open' }
                  : { allowed_statuses: ['open', 'tendered', 'inTransit'] }),
              },
            },
          },
        },
        reading: { records: { [ONE]: 'refused' } },
        says: [current_status],
      }),
    ),
);

const deletions: readonly PublishedAnswer<MasonHubCall>[] = [
  {
    call: 'delete',
    name: 'both are deleted',
    published: deletePage,
    reply: ok({ ...counts(2, 0), results: good({ status: 'deleted', deleted_at: '2026-11-21T08:00:00Z' }) }),
    reading: { records: accepted },
  },
  ...(['replace', 'delete'] as const).flatMap((call): PublishedAnswer<MasonHubCall>[] => [
    {
      call,
      name: 'there is no such RMA',
      published: pages[call],
      reply: {
        status: 404,
        json: {
          error: { code: 'RMA_NOT_FOUND', message: 'There is none', details: { customer_identifier: ONE } },
        },
      },
      reading: { records: { [ONE]: answered } },
    },
    {
      call,
      name: 'there is no such record, in a word',
      published: description,
      reply: { status: 404, json: { message: 'The record was not found.' } },
      reading: { records: { [ONE]: answered } },
    },
  ]),
];

const search = {
  search_criteria: { status: 'all', sdt: null, edt: null },
  limit: 100,
  offset: 0,
  list_type: 'detail',
};
const found: readonly PublishedAnswer<MasonHubCall>[] = (['find', 'find received'] as const).flatMap(
  (call): PublishedAnswer<MasonHubCall>[] => {
    const answer = (
      name: string,
      published: string,
      json: unknown,
      reading: JsonObject = {},
    ): PublishedAnswer<MasonHubCall> => ({
      call,
      name,
      published,
      reply: ok(json),
      reading: { kind: 'found', numbers: [ONE], unreadable: 0, ...reading },
    });
    return [
      answer('a page', getPage, { ...search, data: [anRma(ONE)] }),
      answer('a page that says less of itself', getPage, { limit: 100, offset: 0, data: [anRma(ONE)] }),
      answer('a bare list', description, [anRma(ONE)]),
      answer('nothing', getPage, { ...search, data: [] }, { numbers: [] }),
      answer('an RMA without lines, as a summary has it', getPage, {
        ...search,
        list_type: 'summary',
        data: [anRma(ONE, { line_items: undefined })],
      }),
      answer(
        'a parcel that came without an RMA',
        description,
        {
          ...search,
          data: [
            anRma(ONE, { customer_identifier: null, return_type: 'rma_created_by_distribution_center' }),
          ],
        },
        { numbers: [null] },
      ),
      answer('quantities that are texts with decimals', 'types that integrations have met', {
        ...search,
        data: [
          anRma(ONE, { line_items: [line('BOOT-OLIVE-41', { quantity: '1.0', quantity_received: '1.0' })] }),
        ],
      }),
      ...[
        'open',
        'tendered',
        'inTransit',
        'delivered',
        'in-receiving',
        'received',
        'undeliverable',
        'deleted',
      ].map((status) =>
        answer(`an RMA that is ${status}`, getPage, { ...search, data: [anRma(ONE, { status })] }),
      ),
      {
        call,
        name: 'a page of a gateway with status 200',
        published: 'pages that integrations have met',
        reply: { status: 200, text: gatewayPage, headers: html },
        reading: transient,
      },
    ];
  },
);

const shown = {
  id: randomUUID(),
  url: CALLBACK_URL,
  message_type: 'rmaEvent',
  api_version: '2.0',
  token: 'encrypted_0f77',
  created_at: '2026-11-01T08:00:00Z',
};
const { token: _token, created_at: _created, ...shownBare } = shown;
const getCallbacks = `${docs}/callbacks/get-callback-urls`;
const createCallbacks = `${docs}/callbacks/create-callback-urls`;
const deleteCallbacks = `${docs}/callbacks/delete-callback-urls`;
const callback = (
  call: MasonHubCall,
  name: string,
  published: string,
  reply: Reply,
  reading: JsonObject,
  ...says: string[]
): PublishedAnswer<MasonHubCall> => ({ call, name, published, reply, reading, says });
const ours = { kind: 'callbacks', callbacks: [{ url: CALLBACK_URL, version: '2.0' }] };

const callbacks: readonly PublishedAnswer<MasonHubCall>[] = [
  callback('callbacks', 'a bare array, its token encrypted', getCallbacks, ok([shown]), ours),
  callback('callbacks', 'a bare array, without tokens', description, ok([shownBare]), ours),
  callback(
    'callbacks',
    'callbacks of other types among them',
    getCallbacks,
    ok([{ ...shown, message_type: 'orderEvent' }, shown, { ...shown, message_type: 'a type of tomorrow' }]),
    ours,
  ),
  callback(
    'callbacks',
    'a callback with its record of deliveries',
    'masonhub-docs api-reference/callbacks',
    ok([{ ...shown, status: 'active', last_success: '2026-11-20T08:00:00Z', failure_count: 0 }]),
    ours,
  ),
  callback('callbacks', 'none', getCallbacks, ok([]), { kind: 'callbacks', callbacks: [] }),
  callback(
    'callbacks',
    'none, as an error',
    'masonhub-docs api-reference/callbacks',
    { status: 404, json: { error: { code: 'NO_CALLBACKS_FOUND', message: 'There are none of this type' } } },
    { kind: 'callbacks', callbacks: [] },
  ),

  ...[200, 201].map((status) =>
    callback(
      'register callback',
      `it is active, with ${status}`,
      createCallbacks,
      { status, json: { callbacks: [{ ...shownBare, status: 'active' }] } },
      done,
    ),
  ),
  callback(
    'register callback',
    'it is active, in the results of a batch',
    'masonhub-docs api-reference/callbacks',
    ok({ ...counts(1, 0), results: [{ ...shownBare, status: 'active' }] }),
    done,
  ),
  callback(
    'register callback',
    'it is saved, as a record',
    description,
    ok([
      {
        message_type: 'rmaEvent',
        id: shown.id,
        status: 'Success',
        url: CALLBACK_URL,
        messages: ['It is saved.'],
      },
    ]),
    done,
  ),
  callback(
    'register callback',
    'it is saved, as a batch',
    description,
    ok([{ ...counts(1, 0), results: [{ customer_identifier: shown.id, status: 'success', messages: [] }] }]),
    done,
  ),
  callback(
    'register callback',
    'it was there already',
    createCallbacks,
    {
      status: 409,
      json: {
        error: {
          code: 'DUPLICATE_CALLBACK',
          message: 'It is there already',
          details: { url: CALLBACK_URL, message_type: 'rmaEvent', existing_id: shown.id },
        },
      },
    },
    { kind: 'there', id: shown.id },
  ),
  callback(
    'register callback',
    'it is not saved, as a record',
    description,
    ok([{ id: shown.id, status: 'Failure', messages: ['The address could not be saved.'] }]),
    refused,
    'could not be saved',
  ),
  callback(
    'register callback',
    'the address is not https',
    createCallbacks,
    {
      status: 400,
      json: {
        error: {
          code: 'INVALID_URL',
          message: 'It has to be https',
          details: { url: 'http://returns.example.com', reason: 'http is not allowed' },
        },
      },
    },
    refused,
    'https',
  ),

  callback(
    'remove callbacks',
    'they are deleted',
    deleteCallbacks,
    ok({ deleted: [{ id: shown.id, status: 'success' }] }),
    done,
  ),
  callback('remove callbacks', 'they are deleted, in words', description, ok('callbacks deleted'), done),
  callback(
    'remove callbacks',
    'they are deleted, in words that are not JSON',
    description,
    { status: 200, text: 'callbacks deleted', headers: { 'content-type': 'text/plain' } },
    done,
  ),
  callback(
    'remove callbacks',
    'one is not deleted',
    deleteCallbacks,
    {
      status: 207,
      json: {
        deleted: [
          { id: 'another', status: 'success' },
          { id: shown.id, status: 'failed', error_message: 'It is held by another account' },
        ],
      },
    },
    refused,
    'another account',
  ),
  callback(
    'remove callbacks',
    'one is not there',
    deleteCallbacks,
    {
      status: 404,
      json: {
        error: {
          code: 'CALLBACK_NOT_FOUND',
          message: 'One is not there',
          details: { not_found: [shown.id] },
        },
      },
    },
    done,
  ),
];

/** Every answer of MasonHub's API. */
export const masonHubAnswers: readonly PublishedAnswer<MasonHubCall>[] = [
  ...anyCall,
  ...records,
  ...partly,
  ...statuses,
  ...deletions,
  ...found,
  ...callbacks,
];
