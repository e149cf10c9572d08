import { RETURN_ID } from '../returns/fixtures.ts';

/** What the vendors really answer, from which the strange answers are made. */
export const real: readonly unknown[] = [
  true,
  'true',
  { error: { message: 'Return is closed and therefore cannot be processed.', code: 'UNPROCESSABLE_RETURN' } },
  { errors: [{ message: 'It is no more', code: 'UNEXPECTED_ERROR' }] },
  { id: 26442641, state: 'open', line_items: [{ line_item_id: 1, sku: 'SHIRT' }] },
  { notes: [{ content: 'Warehouse check' }] },
  { returns: [{ id: 26442641, state: 'closed', line_items: [] }], nextPageUrl: 'https://x/?cursor=2' },
  [
    { id: 26442641, return_line_item_id: 1, sku: 'SHIRT' },
    { id: 26442641, sku: 'PANTS' },
  ],
  { results: [{ customer_identifier: RETURN_ID, status: 'success', messages: [] }] },
  [
    {
      results: [
        { customer_identifier: RETURN_ID, status: 'failure', messages: [{ field_name: 'x', errors: ['y'] }] },
      ],
    },
  ],
  { error: { message: 'Batch refused', details: { a: ['b'] } } },
  {
    data: [
      {
        customer_identifier: RETURN_ID,
        status: 'received',
        line_items: [
          { customer_sku_id: 'SHIRT', quantity: 1, receiving_details: { available: [{ quantity: 1 }] } },
        ],
      },
    ],
  },
];
