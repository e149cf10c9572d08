/** Invented callbacks, as MasonHub writes them; `/docs` shows them, and a test sends them to the service. */

const head = {
  callback_url: 'https://returns.example.com/callbacks/masonhub/acme',
  message_type: 'rmaEvent',
};

const line = {
  customer_order_id: null,
  customer_sku_id: 'TEE-BLUE-M',
  quantity: 1,
  quantity_received: 1,
  return_reason_code: 'tooBig',
  return_notes: 'Item was too big',
  return_inventory_status: 'qc',
  not_on_original_rma: false,
  receiving_details: { available: [{ quantity: 1, notes: null }] },
};
const mug = {
  ...line,
  customer_sku_id: 'MUG-WHITE',
  return_reason_code: 'other',
  return_notes: 'Changed my mind',
};

const rma = {
  id: 'b3f0a1de-6f5c-4d4c-9a58-0d7c8e1f2a31',
  customer_identifier: '99904598',
  manifest_id: '99904598',
  package_id: '9400111899223197428490',
  return_type: 'rma_submitted_by_customer',
  status: 'received',
  received_at: '2026-11-26T14:03:05Z',
  notes: null,
  line_items: [line, mug],
};

const event = { id: '7d1c2b54-0f43-4a5e-8f0e-3f5a8b6c9d10', customer_identifier: '99904598' };

/** By what each tells, in the order in which they come. */
export const callbackExamples = {
  inTransit: {
    summary: 'The carrier has the parcel',
    value: {
      ...head,
      message_id: '2f6e7a8c-1b0d-4c55-9d3e-5a1f0b2c3d41',
      api_version: '2.0',
      data: [{ ...event, event_type: 'inTransit', as_of: '2026-11-24T08:15:00Z' }],
    },
  },
  onDock: {
    summary: 'The parcel is at the dock',
    value: {
      ...head,
      message_id: '2f6e7a8c-1b0d-4c55-9d3e-5a1f0b2c3d42',
      api_version: '2.0',
      data: [
        {
          ...event,
          status: 'onDock',
          as_of: '2026-11-26T13:40:00Z',
          details: { ...rma, status: 'open', received_at: null },
        },
      ],
    },
  },
  received: {
    summary: 'Received, and everything can be sold again',
    value: {
      ...head,
      message_id: '2f6e7a8c-1b0d-4c55-9d3e-5a1f0b2c3d43',
      api_version: '2.0',
      data: [{ ...event, status: 'received', as_of: '2026-11-26T14:03:05Z', details: rma }],
    },
  },
  damaged: {
    summary: 'Received, and the mug is damaged (version 1.0 of the callback)',
    value: {
      ...head,
      message_id: '2f6e7a8c-1b0d-4c55-9d3e-5a1f0b2c3d44',
      api_version: '1.0',
      data: [
        {
          ...rma,
          line_items: [
            line,
            { ...mug, receiving_details: { damaged: [{ quantity: 1, notes: 'Handle broken' }] } },
          ],
        },
      ],
    },
  },
};
