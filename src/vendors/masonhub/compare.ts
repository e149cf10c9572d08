import { RECEIVE_INTO } from '../../config/merchants.ts';
import type { Rma, RmaOrigin } from '../../returns/return.ts';
import type { RmaRecord } from './schemas.ts';
import { isBeingReceived, isDeleted, isReceived } from './words.ts';

/**
 * Finds the RMA that this service sent among MasonHub's records.
 * @param isMadeHere whether nobody else can have made a record: once units of it are received, it is the one, whatever its
 * lines show of what came
 * @returns undefined where it is not there
 */
export function ownRecord(
  records: readonly RmaRecord[],
  rma: Rma,
  isMadeHere: (record: RmaRecord) => boolean,
): RmaRecord | undefined {
  const isNumbered = (record: RmaRecord) =>
    record.customer_identifier === rma.rmaNumber && !isDeleted(record);
  return (
    records.find((record) => isSameRma(record, rma)) ??
    records.find((record) => isNumbered(record) && isBegun(record) && isMadeHere(record))
  );
}

/**
 * @param record in which MasonHub holds an RMA that this service sent
 * @param origin whether somebody else may have opened the like of it
 * @returns it as MasonHub holds it, under the package id and with the status to receive into that it has there; null where
 * its lines are to be received into several
 */
export function confirmedAs(record: RmaRecord, rma: Rma, origin: RmaOrigin): Rma | null {
  const receiveInto = receivedInto(record, rma, origin);
  return receiveInto === null ? null : { ...rma, packageId: record.package_id ?? rma.packageId, receiveInto };
}

/** Whether units of it are being received, or were. */
export function isBegun(record: RmaRecord): boolean {
  return isReceived(record) || isBeingReceived(record);
}

/**
 * The status that the RMA's lines ask for. Once units are being received, it may be the one that they went to. Of an RMA
 * that was found, nobody knows then what it asked for: what its lines say may be just that.
 */
function receivedInto(record: RmaRecord, { receiveInto }: Rma, origin: RmaOrigin): Rma['receiveInto'] | null {
  if (isBegun(record) && origin === 'opened') return receiveInto;
  const lines = (record.line_items ?? []).filter((line) => !line.not_on_original_rma);
  const statuses = new Set(lines.map((line) => line.return_inventory_status?.toLowerCase() ?? receiveInto));
  if (statuses.size > 1 && !isBegun(record)) return null;
  return RECEIVE_INTO.find((one) => statuses.has(one)) ?? receiveInto;
}

/** The record of an RMA's number. A deleted one stays beside the one that has its number now. */
export function recordOf(records: readonly RmaRecord[], rmaNumber: string): RmaRecord | undefined {
  const own = records.filter((record) => record.customer_identifier === rmaNumber);
  return own.find((record) => !isDeleted(record)) ?? own[0];
}

/**
 * Whether a record in MasonHub is the RMA that this service sent: the same number, not deleted, and the
 * same units of each SKU, in whichever letter case, unless the case alone tells its SKUs apart.
 */
export function isSameRma(record: RmaRecord, rma: Rma): boolean {
  if (record.customer_identifier !== rma.rmaNumber || isDeleted(record)) return false;
  const skus = new Set(rma.lines.map(({ sku }) => sku));
  const isCaseFree = new Set([...skus].map((sku) => sku.toLowerCase())).size === skus.size;
  const named = (sku: string) => (isCaseFree ? sku.toLowerCase() : sku);
  const asked = totals(
    rma.lines.map((line) => [line.sku, line.units]),
    named,
  );
  const held = totals(
    (record.line_items ?? [])
      .filter((line) => !line.not_on_original_rma)
      .map((line) => [line.customer_sku_id, line.quantity?.units ?? 0]),
    named,
  );
  return asked.size === held.size && [...asked].every(([sku, units]) => held.get(sku) === units);
}

function totals(
  lines: readonly (readonly [sku: string, units: number])[],
  named: (sku: string) => string,
): Map<string, number> {
  const bySku = new Map<string, number>();
  for (const [written, units] of lines) {
    const sku = named(written);
    bySku.set(sku, (bySku.get(sku) ?? 0) + units);
  }
  return bySku;
}
