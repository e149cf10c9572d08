import { expect } from 'vitest';
import type { World } from '../support/service.ts';

/** Somebody else than the service opens an RMA in MasonHub. */
export async function openByHand(
  { masonhub, vendors }: World,
  id: string,
  sku: string,
  receiveInto = 'qc',
): Promise<void> {
  const line = {
    customer_sku_id: sku,
    quantity: 1,
    return_reason_code: 'other',
    return_inventory_status: receiveInto,
  };
  const record = {
    customer_identifier: id,
    generate_return_label: false,
    package_id: id,
    return_type: 'rma_submitted_by_customer',
    line_items: [line],
  };
  const answer = await fetch(`${masonhub.url}/rmas`, {
    method: 'POST',
    headers: { authorization: `Bearer ${vendors.apiToken}` },
    body: JSON.stringify([record]),
  });
  expect(answer.status).toBe(201);
}
