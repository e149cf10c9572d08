import { type JsonObject, recordsOf } from '../json.ts';

/** A line that an RMA asks for. */
export interface RmaRecordLine {
  sku: string;
  quantity: number;
  reasonCode: string;
  inventoryStatus: string;
  returnNotes: string | null;
  orderId: string | null;
}

export interface RmaProblem {
  field: string;
  error: string;
}

/** The API description's words, then those of the page on creating returns. */
const RETURN_TYPES = [
  'returned_to_sender',
  'rma_submitted_by_customer',
  'rma_created_by_distribution_center',
  'quality_control',
  'damaged_in_transit',
  'wrong_item_shipped',
];
const REASONS = ['tooBig', 'tooSmall', 'damaged', 'wrongItem', 'other'];
/** Where a unit may be received into: both published lists. */
const INVENTORY_STATUSES = [
  'available',
  'qc',
  'damaged',
  'quarantine',
  'quality-control',
  'refurbishing',
  'under-investigation',
];
/** What a label needs of an address, and how long each may be. */
const ADDRESS_FIELDS = {
  name: 30,
  street_line_one: 40,
  city: 30,
  state: 2,
  postal_code: 20,
  country_code: 2,
};

type Check = RmaProblem | null;

/** Everything that MasonHub finds wrong with an RMA; an empty list when it takes it. */
export function recordProblems(record: JsonObject, isKnownSku: (sku: string) => boolean): RmaProblem[] {
  const { line_items } = record;
  const lines = recordsOf(line_items);
  const checks: Check[] = [
    length(record, 'customer_identifier', 5, 250, 'required'),
    length(record, 'manifest_id', 1, 20, 'optional'),
    length(record, 'customer_instructions', 0, 250, 'optional'),
    oneOf(record, 'return_type', RETURN_TYPES),
    ...labelChecks(record),
    lines === null || lines.length === 0 ? { field: 'line_items', error: 'is required' } : null,
    ...(lines ?? []).flatMap((line) => lineChecks(line, isKnownSku)),
  ];
  return checks.filter((check) => check !== null);
}

// Unless told not to, MasonHub buys a label, for which it needs to know where the parcel comes from.
function labelChecks(record: JsonObject): Check[] {
  const { generate_return_label = true } = record;
  if (typeof generate_return_label !== 'boolean')
    return [{ field: 'generate_return_label', error: 'must be a boolean' }];
  if (!generate_return_label) return [length(record, 'package_id', 5, 100, 'required')];
  return [
    ...Object.entries(ADDRESS_FIELDS).map(([field, most]) =>
      length(record, `customer_address_${field}`, 1, most, 'required'),
    ),
    length(record, 'customer_address_street_line_two', 1, 40, 'optional'),
  ];
}

function lineChecks(line: JsonObject, isKnownSku: (sku: string) => boolean): Check[] {
  const { customer_sku_id, quantity } = line;
  const unknown = typeof customer_sku_id === 'string' && !isKnownSku(customer_sku_id);
  const countable = typeof quantity === 'number' && Number.isInteger(quantity) && quantity >= 1;
  return [
    length(line, 'customer_sku_id', 2, 100, 'required'),
    unknown ? { field: 'customer_sku_id', error: `SKU not found in catalog: '${customer_sku_id}'` } : null,
    countable ? null : { field: 'quantity', error: 'must be an integer of 1 or more' },
    oneOf(line, 'return_reason_code', REASONS),
    oneOf(line, 'return_inventory_status', INVENTORY_STATUSES),
    length(line, 'return_notes', 2, 50, 'optional'),
    length(line, 'customer_order_id', 2, 100, 'optional'),
  ];
}

function length(
  record: JsonObject,
  field: string,
  least: number,
  most: number,
  need: 'required' | 'optional',
): Check {
  const value = record[field];
  if (value === undefined || value === null)
    return need === 'required' ? { field, error: 'is required' } : null;
  if (typeof value !== 'string') return { field, error: 'must be a string' };
  if (value.length >= least && value.length <= most) return null;
  return { field, error: `must be ${least} to ${most} characters long` };
}

function oneOf(record: JsonObject, field: string, allowed: readonly string[]): Check {
  const value = record[field];
  if (typeof value === 'string' && allowed.includes(value)) return null;
  return { field, error: `must be one of ${allowed.join(', ')}` };
}

/** The lines of a record that has no problems. */
export function linesOf({ line_items }: JsonObject): RmaRecordLine[] {
  return (recordsOf(line_items) ?? []).map((line) => {
    const { customer_sku_id, quantity, return_reason_code, return_inventory_status } = line;
    const { return_notes, customer_order_id } = line;
    return {
      sku: String(customer_sku_id),
      quantity: Number(quantity),
      reasonCode: String(return_reason_code),
      inventoryStatus: String(return_inventory_status),
      returnNotes: typeof return_notes === 'string' ? return_notes : null,
      orderId: typeof customer_order_id === 'string' ? customer_order_id : null,
    };
  });
}
