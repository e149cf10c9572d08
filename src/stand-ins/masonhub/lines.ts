import type { JsonObject } from '../json.ts';
import { type QuantityStyle, quantityIn } from './quantities.ts';
import type { ReceivedLine, StandInRma } from './rmas.ts';

/** An RMA's own fields, without its lines: what a summary shows. */
export function rmaFields(rma: StandInRma): JsonObject {
  const { manifest_id = null, package_id = null, return_type, customer_instructions = null } = rma.record;
  return {
    id: rma.id,
    customer_identifier: rma.customerIdentifier,
    manifest_id,
    package_id,
    return_type,
    status: rma.status,
    received_at: rma.receivedAt?.toISOString() ?? null,
    processed_at: rma.receivedAt?.toISOString() ?? null,
    notes: rma.notes,
    customer_instructions,
    version: rma.version,
    created_at: rma.createdAt.toISOString(),
    updated_at: rma.updatedAt.toISOString(),
    deleted_at: rma.deletedAt?.toISOString() ?? null,
  };
}

/** An RMA's lines: as received, or as asked for while the receipt is not complete. */
export function lineFields(rma: StandInRma): JsonObject[] {
  const waiting = { quantityReceived: 0, notOnOriginalRma: false, details: {} };
  const lines = rma.received ?? rma.lines.map((line) => ({ ...line, ...waiting }));
  const { quantityStyle } = rma;
  switch (rma.lineStyle) {
    case 'details':
      return lines.map((line) => ({
        ...fieldsOf(line, quantityStyle),
        receiving_details: detailsOf(line, quantityStyle),
      }));
    case 'inspected':
      return lines.flatMap(byStatus).map((line) => fieldsOf(line, quantityStyle));
    case 'asked':
      return lines.map((line) => fieldsOf(countedExtra(line), quantityStyle));
  }
}

function fieldsOf(line: ReceivedLine, style: QuantityStyle): JsonObject {
  return {
    customer_order_id: line.orderId,
    customer_sku_id: line.sku,
    quantity: quantityIn(style, line.quantity),
    quantity_received: quantityIn(style, line.quantityReceived),
    return_reason_code: line.reasonCode,
    return_notes: line.returnNotes,
    return_inventory_status: line.inventoryStatus,
    not_on_original_rma: line.notOnOriginalRma,
  };
}

function detailsOf({ details }: ReceivedLine, style: QuantityStyle): JsonObject {
  const entries = Object.entries(details).map(([status, units]): [string, JsonObject[]] => [
    status,
    units.map(({ quantity, notes }) => ({ quantity: quantityIn(style, quantity), notes })),
  ]);
  return Object.fromEntries(entries);
}

// A line has one status after inspection: what went to several becomes several lines, the units that did
// not come on the first of them.
function byStatus(line: ReceivedLine): ReceivedLine[] {
  let expected = line.notOnOriginalRma ? 0 : line.quantity;
  const parts = Object.entries(line.details)
    .filter(([status]) => status !== 'short')
    .map(([inventoryStatus, units]) => {
      const quantityReceived = units.reduce((sum, { quantity }) => sum + quantity, 0);
      const quantity = Math.min(expected, quantityReceived);
      expected -= quantity;
      return { ...line, inventoryStatus, quantity, quantityReceived };
    });
  const [first, ...others] = parts;
  return first === undefined ? [line] : [{ ...first, quantity: first.quantity + expected }, ...others];
}

// With no details to count it, an extra item's received quantity does.
function countedExtra(line: ReceivedLine): ReceivedLine {
  return line.notOnOriginalRma ? { ...line, quantity: 0, quantityReceived: line.quantity } : line;
}
