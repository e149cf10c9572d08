import type { Understood } from '../../../src/inbox/delivery.ts';
import { understandWebhook } from '../../../src/vendors/loop/webhooks.ts';

/** A webhook about a return, with names, addresses and words that must stay behind. */
export function returnWebhook(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    topic: 'return',
    trigger: 'return.created',
    shop_id: 4012,
    id: '26442641',
    state: 'open',
    created_at: '2026-03-01T10:00:00+00:00',
    edited_at: null,
    total: '49.00',
    order_id: '883120',
    order_name: '#90507',
    provider_order_id: '5123456789012',
    order_number: 90507,
    customer: 'ada@example.com',
    customer_detail: { first_name: 'Ada', phone: '+1 555 0100' },
    address: { address1: '1 Hidden Lane', zip: '02139' },
    currency: 'USD',
    labels: [],
    carrier: '',
    tracking_number: 'N/A',
    label_status: 'pending',
    line_items: [
      {
        line_item_id: 7001,
        provider_line_item_id: '1200',
        sku: 'SHIRT',
        barcode: '',
        title: 'Shirt',
        price: '49.00',
        return_reason: 'Too big',
        parent_return_reason: 'Size',
        return_comment: 'My waist is not that wide',
        exchange_variant: '',
        outcome: 'refund',
      },
    ],
    exchanges: [],
    ...changes,
  };
}

export function only(understood: Understood) {
  if (understood.result !== 'accepted') throw new Error(`${understood.result}: ${understood.why}`);
  const [told, ...more] = understood.events;
  if (told === undefined || more.length > 0) throw new Error(`${understood.events.length} events`);
  if (!('loopReturnId' in told)) throw new Error('it is about no return');
  return told;
}

export function toldReturn(changes: Record<string, unknown> = {}) {
  const { event } = only(understandWebhook(returnWebhook(changes)));
  if (event.kind !== 'loopReturn') throw new Error(`it became ${event.kind}`);
  return event;
}

export function withItem(changes: Record<string, unknown>) {
  return { line_items: [{ line_item_id: 7001, sku: 'SHIRT', ...changes }] };
}
