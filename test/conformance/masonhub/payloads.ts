import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../src/stand-ins/json.ts';
import { BOOT, SOCK } from '../loop/payloads.ts';

/** MasonHub's callbacks as its pages show them, in values of our own; each entry says what differs in it. */

/** A line of a receipt in which everything is as it should be. */
export const line = (sku: string, more: JsonObject = {}): JsonObject => ({
  customer_order_id: '58102',
  customer_sku_id: sku,
  quantity: 1,
  quantity_received: 1,
  return_reason_code: 'other',
  return_notes: 'Too narrow',
  return_inventory_status: 'qc',
  not_on_original_rma: false,
  receiving_details: { available: [{ quantity: 1, notes: 'Like new' }] },
  ...more,
});
export const bothLines: readonly JsonObject[] = [line(BOOT), line(SOCK)];

/** The same without `receiving_details`: there the status is what counts. */
export const plainLine = (sku: string, status: string, more: JsonObject = {}): JsonObject =>
  line(sku, { return_inventory_status: status, receiving_details: undefined, ...more });

/** An RMA as version 1.0 shows it. */
export const anRma = (id: string, more: JsonObject = {}): JsonObject => ({
  id: randomUUID(),
  customer_identifier: id,
  manifest_id: id,
  package_id: `1Z4R88A0${id}`,
  return_type: 'rma_submitted_by_customer',
  status: 'received',
  received_at: '2026-11-24T10:12:00Z',
  notes: null,
  customer_instructions: null,
  line_items: bothLines,
  ...more,
});

export const envelope = (
  version: string | number | undefined,
  data: unknown,
  more: JsonObject = {},
): JsonObject => ({
  callback_url: 'https://returns.example.com/callbacks/masonhub/acme',
  message_type: 'rmaEvent',
  message_id: randomUUID(),
  api_version: version,
  data,
  ...more,
});

/** Version 1.0: each entry is the RMA itself. */
export const first = (id: string, more: JsonObject = {}): JsonObject => envelope('1.0', [anRma(id, more)]);

/** Version 2.0, of something that the carrier or the dock did. */
export const event = (id: string, event_type: string, more: JsonObject = {}): JsonObject =>
  envelope('2.0', [
    {
      id: randomUUID(),
      customer_identifier: id,
      event_type,
      as_of: '2026-11-24T08:48:32.284951-05:00',
      ...more,
    },
  ]);

/** Version 2.0, with the RMA in it; there its own identifier is MasonHub's affair. */
export const second = (id: string, status: string, more: JsonObject = {}): JsonObject =>
  envelope('2.0', [
    {
      id: randomUUID(),
      customer_identifier: id,
      status,
      as_of: '2026-11-24T10:12:01Z',
      details: anRma(id, {
        customer_identifier: `MH-${id}`,
        warehouse_id: '1342',
        warehouse_address: '1 Dock Road',
        generate_return_label: 'false',
        version: '3',
        processed_at: '2026-11-24T10:12:00Z',
        created_at: '2026-11-20T16:02:00Z',
        updated_at: '2026-11-24T10:12:00Z',
        delivered_at: '2026-11-23T09:00:00Z',
        status,
        ...more,
      }),
    },
  ]);

/** Everything came back as it should. */
export const fullReceipt = (id: string): JsonObject => second(id, 'received');
/** A receipt of the boot as this says, and of the sock as it should be. */
export const receiptOf = (id: string, boot: JsonObject, more: JsonObject = {}): JsonObject =>
  second(id, 'received', { line_items: [boot, line(SOCK)], ...more });
