import type { RequestDescription, Schema } from '../corpus.ts';
import { judgeOf } from '../judge.ts';

/**
 * MasonHub's description of the requests that this service makes. Where two pages disagree, both are allowed,
 * and the line says so.
 */

const docs = 'masonhub-docs api-reference';
const description = 'masonhub-docs public description';

const text = (minLength: number, maxLength: number): Schema => ({ type: 'string', minLength, maxLength });
const closed = (properties: Schema, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
/** Every change is a list of records, 30 at most. */
const batchOf = (items: Schema): Schema => ({ type: 'array', minItems: 1, maxItems: 30, items });

const rmaLine = closed(
  {
    customer_order_id: text(2, 100),
    customer_sku_id: text(2, 100),
    quantity: { type: 'integer', minimum: 1 },
    return_reason_code: { enum: ['tooBig', 'tooSmall', 'damaged', 'wrongItem', 'other'] },
    return_notes: text(2, 50),
    return_inventory_status: {
      enum: [
        // The description's words.
        'available',
        'qc',
        'damaged',
        'quarantine',
        // The words of the pages about creating and updating returns, beside `available` and `damaged`.
        'quality-control',
        'refurbishing',
        'under-investigation',
      ],
    },
    not_on_original_rma: { type: 'boolean' },
  },
  ['customer_sku_id', 'quantity', 'return_reason_code', 'return_inventory_status'],
);

const rma: Schema = {
  ...closed(
    {
      customer_identifier: text(5, 250),
      manifest_id: text(1, 20),
      generate_return_label: { type: 'boolean' },
      package_id: text(5, 100),
      return_type: {
        enum: [
          'rma_submitted_by_customer',
          // The description's other words.
          'returned_to_sender',
          'rma_created_by_distribution_center',
          // The pages' other words.
          'quality_control',
          'damaged_in_transit',
          'wrong_item_shipped',
        ],
      },
      customer_instructions: text(0, 250),
      customer_address_name: text(1, 30),
      customer_address_street_line_one: text(1, 40),
      customer_address_street_line_two: text(1, 40),
      customer_address_city: text(1, 30),
      customer_address_state: text(1, 2),
      customer_address_postal_code: text(1, 20),
      customer_address_country_code: text(1, 2),
      line_items: { type: 'array', minItems: 1, items: rmaLine },
    },
    ['customer_identifier', 'return_type', 'line_items'],
  ),
  // Unless it is told not to, MasonHub buys a label, and needs to know where the parcel comes from.
  if: { properties: { generate_return_label: { const: false } }, required: ['generate_return_label'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['package_id'] },
  else: {
    required: [
      'customer_address_name',
      'customer_address_street_line_one',
      'customer_address_city',
      'customer_address_state',
      'customer_address_postal_code',
      'customer_address_country_code',
    ],
  },
};

const messageTypes = [
  'skuInventoryChange',
  'orderEvent',
  'orderUpdateResolution',
  'orderCancelResolution',
  'inboundShipmentEvent',
  'rmaEvent',
  // On the pages, and in the description of what is sent; not among the types that can be asked for.
  'snapshotReady',
];

export const masonHubRequests: readonly RequestDescription[] = [
  {
    name: 'create',
    published: `${description}, POST /rmas, and ${docs}/returns/create-returns`,
    method: 'POST',
    path: /^\/rmas$/,
    body: batchOf(rma),
  },
  {
    name: 'replace',
    published: `${description}, PUT /rmas, and ${docs}/returns/update-returns`,
    method: 'PUT',
    path: /^\/rmas$/,
    body: batchOf(rma),
  },
  {
    name: 'delete',
    published: `${description}, DELETE /rmas, and ${docs}/returns/delete-returns`,
    method: 'DELETE',
    path: /^\/rmas$/,
    body: batchOf(closed({ customer_identifier: text(5, 250) }, ['customer_identifier'])),
  },
  {
    name: 'find',
    published: `${description}, GET /rmas, and ${docs}/returns/get-returns`,
    method: 'GET',
    path: /^\/rmas$/,
    query: closed({
      // MasonHub's own ids, 30 at most. `cid` is only spoken of beside them, so it keeps to the same number.
      id: { type: 'string', pattern: '^[0-9a-f-]+(,[0-9a-f-]+){0,29}$' },
      cid: { type: 'string', pattern: '^[^,]+(,[^,]+){0,29}$' },
      status: {
        enum: [
          'all',
          // The description's words.
          'open',
          'in-receiving',
          'received',
          'deleted',
          // The page's other words.
          'tendered',
          'inTransit',
          'delivered',
          'undeliverable',
        ],
      },
      sdt: { type: 'string', format: 'date-time' },
      edt: { type: 'string', format: 'date-time' },
      offset: { type: 'string', pattern: '^\\d+$' },
      limit: { type: 'string', pattern: '^([1-9]\\d?|100)$' },
      list_type: { enum: ['detail', 'summary'] },
    }),
  },
  {
    name: 'callbacks',
    published: `${description}, GET /callbacks, and ${docs}/callbacks/get-callback-urls`,
    method: 'GET',
    path: /^\/callbacks$/,
    query: closed({ message_type: { enum: [...messageTypes, 'all'] } }),
  },
  {
    name: 'register callback',
    published: `${description}, POST /callbacks, and ${docs}/callbacks/create-callback-urls`,
    method: 'POST',
    path: /^\/callbacks$/,
    body: batchOf(
      closed(
        {
          url: { type: 'string', format: 'uri', pattern: '^https://', maxLength: 250 },
          message_type: { enum: messageTypes },
          api_version: { enum: ['1.0', '2.0'] },
          token: { type: 'string', minLength: 1 },
        },
        ['url', 'message_type'],
      ),
    ),
  },
  {
    name: 'remove callbacks',
    published: `${description}, DELETE /callbacks, and ${docs}/callbacks/delete-callback-urls`,
    method: 'DELETE',
    path: /^\/callbacks$/,
    body: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
  },
  {
    name: 'holds',
    published: `${description}, GET /callback_holds, and ${docs}/callback-holds/get-callback-holds`,
    method: 'GET',
    path: /^\/callback_holds$/,
  },
];

/** What every request to MasonHub carries. */
const headers: Schema = {
  type: 'object',
  properties: { authorization: { type: 'string', pattern: '^Bearer \\S+$' } },
  required: ['authorization'],
};

/** Holds requests against all that. The account stands before every path. */
export const masonHubJudge = judgeOf(/^\/[\w.-]+\/api\/v1(?=\/)/, headers, masonHubRequests);
