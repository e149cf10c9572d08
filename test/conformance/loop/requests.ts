import type { RequestDescription, Schema } from '../corpus.ts';
import { judgeOf } from '../judge.ts';

/**
 * Loop's description of the requests that this service makes. Where two pages disagree, both are allowed, and
 * the line says so.
 */

const api = 'docs.loopreturns.com/api-reference/latest';
const actions = `${api}/return-actions`;
const data = `${api}/return-data`;
const hooks = `${api}/programmatic-webhooks`;

/** `2026-11-20T00:00:00.000Z` on the reference pages, `2026-11-20 00:00:00` on the page about pagination. */
const moment: Schema = {
  anyOf: [
    { type: 'string', format: 'date-time' },
    { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$' },
  ],
};
/** Parameters travel as text. */
const digits: Schema = { type: 'string', pattern: '^\\d+$' };
const closed = (properties: Schema, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

const webhook = closed(
  {
    // The page of each topic's payload names `return.processing`; the list of topics lacks it.
    topic: {
      enum: [
        'return',
        'label',
        'restock',
        'label.request',
        'giftcard',
        'happy.returns.shipment',
        'return.processing',
      ],
    },
    // Likewise: `label.requested` and `label.closed` are on the label's own page only.
    trigger: {
      enum: [
        'return.created',
        'return.updated',
        'return.closed',
        'label.created',
        'label.updated',
        'label.requested',
        'label.closed',
        'restock.requested',
        'label.request.issued',
        'label.request.cancelled',
        'giftcard.requested',
        'shipment.processed',
        'return.processing.failed',
      ],
    },
    url: { type: 'string', format: 'uri', pattern: '^https://' },
    status: { enum: ['active', 'inactive'] },
  },
  ['topic', 'trigger', 'url'],
);

export const loopRequests: readonly RequestDescription[] = [
  {
    name: 'process',
    published: `${actions}/process-return`,
    method: 'POST',
    path: /^\/warehouse\/return\/\d+\/process$/,
    // Optional: whatever is in it is written on the exchange order.
    body: { anyOf: [{ type: 'null' }, { type: 'object' }] },
  },
  {
    name: 'flag',
    published: `${actions}/flag-return`,
    method: 'POST',
    path: /^\/warehouse\/return\/\d+\/flag$/,
  },
  {
    name: 'note',
    published: `${actions}/create-return-note`,
    method: 'POST',
    path: /^\/warehouse\/return\/\d+\/note$/,
    body: closed({ content: { type: 'string', maxLength: 254, pattern: '\\S' } }, ['content']),
  },
  {
    name: 'notes',
    published: `${actions}/get-return-notes`,
    method: 'GET',
    path: /^\/warehouse\/return\/\d+\/notes$/,
  },
  {
    name: 'details',
    published: `${data}/get-return-details`,
    method: 'GET',
    path: /^\/warehouse\/return\/details$/,
    query: {
      ...closed({
        return_id: digits,
        order_id: digits,
        order_name: { type: 'string', minLength: 1 },
        currency_type: { enum: ['shop', 'presentment'] },
      }),
      anyOf: [{ required: ['return_id'] }, { required: ['order_id'] }, { required: ['order_name'] }],
    },
  },
  {
    name: 'list',
    published: `${data}/detailed-returns-list, and docs.loopreturns.com/api-reference/pagination`,
    method: 'GET',
    path: /^\/warehouse\/return\/list$/,
    query: {
      ...closed({
        from: moment,
        to: moment,
        filter: { enum: ['created_at', 'updated_at'] },
        state: { enum: ['open', 'closed', 'cancelled', 'expired', 'review'] },
        paginate: { enum: ['true', 'false'] },
        // 750 today; older pages say 500 and 700, and so does caution.
        pageSize: { type: 'string', pattern: '^([1-9]\\d?|[1-4]\\d\\d|500)$' },
        cursor: { type: 'string', minLength: 1 },
      }),
      longestWindowInDays: 120,
    },
  },
  {
    name: 'asn',
    published: `${data}/advanced-shipping-notice`,
    method: 'GET',
    path: /^\/warehouse\/reporting\/asn$/,
    // The type is a date, the example beside it a moment.
    query: closed({
      from: { anyOf: [{ type: 'string', format: 'date' }, moment] },
      to: { anyOf: [{ type: 'string', format: 'date' }, moment] },
    }),
  },
  {
    name: 'assess',
    published: `${api}/item-grading-and-disposition/assess-dispositions`,
    method: 'POST',
    path: /^\/dispositioning\/assess$/,
    body: closed(
      {
        items: {
          type: 'array',
          minItems: 1,
          maxItems: 30,
          items: closed(
            {
              line_item_id: { type: 'integer' },
              disposition_outcome: {
                enum: ['back_to_stock', 'resale_hold', 'recycle', 'donate', 'missing'],
              },
              return_processor: { type: 'string', maxLength: 100 },
              note: { type: 'string', maxLength: 65_535 },
              inspected_at: moment,
            },
            ['line_item_id', 'disposition_outcome'],
          ),
        },
      },
      ['items'],
    ),
  },
  {
    name: 'webhooks',
    published: `${hooks}/get-webhooks`,
    method: 'GET',
    path: /^\/webhooks$/,
  },
  {
    name: 'create webhook',
    published: `${hooks}/create-webhook`,
    method: 'POST',
    path: /^\/webhooks$/,
    body: webhook,
  },
  {
    name: 'replace webhook',
    published: `${hooks}/update-webhook`,
    method: 'PUT',
    path: /^\/webhooks\/\d+$/,
    body: webhook,
  },
  {
    name: 'destinations',
    published: `${api}/destinations`,
    method: 'GET',
    path: /^\/destinations$/,
  },
];

/** What every request to Loop carries. */
const headers: Schema = {
  type: 'object',
  properties: { 'x-authorization': { type: 'string', pattern: '^\\S+$' }, authorization: false },
  required: ['x-authorization'],
};

/** Holds requests against all that. The version stands before every path. */
export const loopJudge = judgeOf(/^\/api\/\d{4}-\d{2}(?=\/)/, headers, loopRequests);
