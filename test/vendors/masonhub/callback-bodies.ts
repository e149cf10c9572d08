import type { Understood } from '../../../src/inbox/delivery.ts';

export interface Line {
  readonly [field: string]: unknown;
}

/** A finished receipt in version 1.0: each item of `data` is the RMA itself. */
export function v1(lines: readonly Line[], changes: Record<string, unknown> = {}) {
  return {
    callback_url: 'https://returns.example.com/callbacks',
    message_type: 'rmaEvent',
    message_id: '3b241101-e2bb-4255-8caf-4136c566a962',
    api_version: '1.0',
    data: [
      {
        id: 'a1f1c2d4-0000-4000-8000-000000000001',
        customer_identifier: '26442641',
        package_id: '1Z999AA10123456784',
        return_type: 'rma_submitted_by_customer',
        status: 'received',
        received_at: '2026-03-06T11:18:46Z',
        notes: 'One item is missing',
        customer_instruction: 'Dry clean',
        line_items: lines,
        ...changes,
      },
    ],
  };
}

/** The same in version 2.0: an event around the RMA, with another number inside. */
export function v2(
  lines: readonly Line[],
  inner: Record<string, unknown> = {},
  outer: Record<string, unknown> = {},
) {
  const details = {
    ...v1(lines).data[0],
    customer_identifier: '100172',
    generate_return_label: 'true',
    version: '8',
  };
  return {
    ...v1([]),
    api_version: '2.0',
    data: [
      {
        id: 'a1f1c2d4-0000-4000-8000-000000000002',
        customer_identifier: '26442641',
        status: 'received',
        as_of: '2026-03-06T11:20:46Z',
        details: { ...details, ...inner },
        ...outer,
      },
    ],
  };
}

export const damagedPants: Line = {
  customer_order_id: '54321',
  customer_sku_id: 'PANTS',
  quantity: 1,
  quantity_received: 1,
  return_reason_code: 'tooBig',
  return_notes: 'Did not fit',
  return_inventory_status: 'qc',
  not_on_original_rma: false,
  receiving_details: { damaged: [{ notes: 'Torn at the knee', quantity: 1 }] },
};
export const unexpectedHat: Line = {
  customer_order_id: '54321',
  customer_sku_id: 'HAT',
  quantity: 1,
  quantity_received: 0,
  return_reason_code: 'other',
  return_inventory_status: 'qc',
  not_on_original_rma: true,
  receiving_details: { available: [{ notes: 'As new', quantity: 1 }] },
};

export function only(understood: Understood) {
  if (understood.result !== 'accepted') throw new Error(`${understood.result}: ${understood.why}`);
  const [told, ...more] = understood.events;
  if (told === undefined || more.length > 0) throw new Error(`${understood.events.length} events`);
  if (!('rmaNumber' in told)) throw new Error('it is about no RMA');
  return told;
}
