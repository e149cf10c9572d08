/** Invented webhooks, as Loop writes them; `/docs` shows them, and a test sends them to the service. */

const lineItem = {
  line_item_id: 26_442_641,
  provider_line_item_id: '12984412',
  sku: 'TEE-BLUE-M',
  barcode: null,
  title: 'Blue T-shirt, M',
  price: '31.65',
  return_reason: 'Item was too big',
  parent_return_reason: 'Size',
  return_comment: null,
  outcome: 'default',
};

const aReturn = {
  topic: 'return',
  shop_id: 65_432,
  id: 99_904_598,
  created_at: '2026-11-22T09:12:25+00:00',
  edited_at: '2026-11-22T09:12:25+00:00',
  order_id: 42_001_234,
  order_name: '#90508',
  order_number: '90508',
  provider_order_id: '5550099904598',
  currency: 'USD',
  total: '48.15',
  line_items: [
    lineItem,
    {
      ...lineItem,
      line_item_id: 26_442_642,
      provider_line_item_id: '12984413',
      sku: 'MUG-WHITE',
      title: 'White mug',
      price: '16.50',
      return_reason: 'Changed my mind',
      parent_return_reason: null,
    },
  ],
  exchanges: [],
  labels: [],
};

const label = {
  status: 'created',
  carrier: 'USPS',
  tracking_number: '9400111899223197428490',
  line_items: [26_442_641, 26_442_642],
  updated_at: '2026-11-22T09:12:31+00:00',
};

/** By what each tells, in the order in which they come. */
export const webhookExamples = {
  'return.created': {
    summary: 'A shopper has made a return',
    value: { ...aReturn, trigger: 'return.created', state: 'open' },
  },
  'label.created': {
    summary: 'Its label is there, with the tracking number',
    value: {
      topic: 'label',
      trigger: 'label.created',
      shop_id: 65_432,
      return_id: 99_904_598,
      order_id: 42_001_234,
      carrier: 'USPS',
      tracking_number: '9400111899223197428490',
      label_status: 'created',
      label_updated_at: '2026-11-22T09:12:31+00:00',
    },
  },
  'return.updated': {
    summary: 'It was changed: one item is left',
    value: {
      ...aReturn,
      trigger: 'return.updated',
      state: 'open',
      edited_at: '2026-11-22T10:40:02+00:00',
      total: '31.65',
      line_items: [lineItem],
      labels: [label],
    },
  },
  'return.processing.failed': {
    summary: 'Loop could not process it',
    value: {
      topic: 'return.processing',
      trigger: 'return.processing.failed',
      return_id: 99_904_598,
      return_state: 'open',
      message: 'The payment was declined.',
      source: 'payment',
    },
  },
  'return.closed': {
    summary: 'Loop has processed it',
    value: {
      ...aReturn,
      trigger: 'return.closed',
      state: 'closed',
      edited_at: '2026-11-26T14:05:40+00:00',
      labels: [label],
    },
  },
};
