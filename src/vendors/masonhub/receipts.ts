import { freeText } from '../../parsing/redact.ts';
import type { ReceiptEvent } from '../../returns/events.ts';
import type { ReceiptLine, ReceivedUnits } from '../../returns/return.ts';
import type { Amount, ReceiptRecord, RmaLineItem, UnreadRma } from './schemas.ts';

/** What MasonHub tells, or shows, of a parcel that it has received, in this service's words. */

/** A parcel without an RMA whose receipt cannot be understood, as the callback or `GET /rmas` shows it. */
export function unreadReceiptOf(
  {
    masonHubId,
    packageId,
    changedAt,
    why,
  }: Pick<UnreadRma, 'masonHubId' | 'packageId' | 'changedAt' | 'why'>,
  trigger: ReceiptEvent['trigger'],
): ReceiptEvent {
  const known = { masonHubId, packageId, isBlind: true, changedAt, toldAt: null };
  return { kind: 'receipt', trigger, receipt: { ...known, lines: [], note: null, unread: why } };
}

/**
 * A finished receipt, as the callback or `GET /rmas` shows it.
 * @param trigger which of the two it was
 */
export function receiptOf(record: ReceiptRecord, trigger: ReceiptEvent['trigger']): ReceiptEvent {
  const { id, customer_identifier: number, package_id: packageId, line_items: lines, notes } = record;
  const found = {
    masonHubId: id,
    packageId,
    isBlind: (number ?? null) === null,
    changedAt: record.updated_at,
    toldAt: null,
    ...(record.received_at === null ? {} : { receivedAt: record.received_at }),
    lines: (lines ?? []).map(receiptLine),
    note: notes,
  };
  return { kind: 'receipt', trigger, receipt: found };
}

/** A receipt as MasonHub, asked, shows it. @param askedAt before it was asked */
export function shownReceipt(record: ReceiptRecord, askedAt: Date): ReceiptEvent {
  return asShown(receiptOf(record, 'receipt.pulled'), askedAt);
}

/** The same of a box without an RMA whose receipt cannot be understood. */
export function shownUnread(record: UnreadRma, askedAt: Date): ReceiptEvent {
  return asShown(unreadReceiptOf(record, 'receipt.pulled'), askedAt);
}

function asShown(event: ReceiptEvent, askedAt: Date): ReceiptEvent {
  return { ...event, receipt: { ...event.receipt, shownAt: askedAt.toISOString() } };
}

/**
 * `receiving_details` says what really happened; `return_inventory_status` is only what the RMA asked
 * for, and counts as the disposition only where there are no details.
 */
function receiptLine(line: RmaLineItem): ReceiptLine {
  const given = line.quantity_received ?? null;
  const head = {
    sku: line.customer_sku_id,
    onRma: !line.not_on_original_rma,
    counted: line.not_on_original_rma || given?.fraction != null ? null : (given?.units ?? null),
  };
  const details = line.receiving_details ?? null;
  if (details === null) {
    const disposition = dispositionOf(line.return_inventory_status ?? 'unknown');
    return { ...head, detailed: false, received: [unitsOf(disposition, given ?? noUnits, null)] };
  }
  const received = Object.entries(details).flatMap(([status, parts]) =>
    parts.map((part) => unitsOf(dispositionOf(status), part.quantity, part.notes)),
  );
  // A count that is none speaks by itself only where the details do not show where it comes from.
  const isShown = received.some(({ disposition }) => disposition === broken);
  if (given === null || given.fraction === null || isShown) return { ...head, detailed: true, received };
  return { ...head, detailed: true, received: [...received, unitsOf('', given, null)] };
}

const noUnits: Amount = { units: 0, fraction: null };
const broken = 'fraction';

/** A fraction of a unit is in no status that anything could be decided on, whatever status it was given. */
function unitsOf(disposition: string, { units, fraction }: Amount, note: string | null): ReceivedUnits {
  if (fraction === null) return { disposition, units, note };
  return { disposition: broken, units, note: [fraction, disposition, note ?? ''].join(' ').trim() };
}

function dispositionOf(status: string): string {
  return freeText(status.toLowerCase(), 60);
}
