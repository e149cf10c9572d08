import { aDayMs } from '../../config/duration.ts';
import type { Passing } from '../../outbound/failure.ts';
import type { AsnRow, ReturnRecord } from './schemas.ts';
import type { WarehouseApi, Window } from './warehouse-api.ts';

/** A return's line items as Loop shows them; `items` is undefined where it shows none anywhere. */
export type FoundItems = { readonly kind: 'items'; readonly items: unknown } | Passing;

export type FindItems = (record: ReturnRecord) => Promise<FoundItems>;

/** The returns of a report by their ids, or why there is none. */
type Report = ReadonlyMap<string, readonly AsnRow['item'][]> | Passing;

/**
 * Finds the line items of returns whose list leaves them out. The ASN report has them for a whole window in
 * one answer; which of a return's dates it goes by is not published, so a return that is not in it is asked for
 * by itself, and then looked for in the report of the day that it was created on.
 * @param window the one that the list was asked for
 */
export function itemsFinder(api: WarehouseApi, window: Window): FindItems {
  const reports = new Map<string, Promise<Report>>();
  const reportOf = (span: Window): Promise<Report> => {
    const name = `${span.from.toISOString()} ${span.to.toISOString()}`;
    const report = reports.get(name) ?? readReport(api, span);
    reports.set(name, report);
    return report;
  };
  const findIn = async (span: Window, id: string): Promise<FoundItems> => {
    const report = await reportOf(span);
    return 'kind' in report ? report : { kind: 'items', items: report.get(id) };
  };
  return async (record) => {
    const reported = await findIn(window, record.id);
    if (reported.kind !== 'items' || reported.items !== undefined) return reported;
    const details = await api.details(record.id);
    if (details.kind === 'transient' || details.kind === 'paused') return details;
    if (details.kind === 'details' && details.record.line_items != null) {
      return { kind: 'items', items: details.record.line_items };
    }
    if (record.created_at === null) return reported;
    const from = new Date(record.created_at);
    return findIn({ from, to: new Date(from.getTime() + aDayMs) }, record.id);
  };
}

async function readReport(api: WarehouseApi, span: Window): Promise<Report> {
  const report = await api.asnReport(span);
  if (report.kind === 'transient' || report.kind === 'paused') return report;
  if (report.kind === 'refused') return new Map();
  const rowsOf = Map.groupBy(report.rows, (row) => row.returnId);
  return new Map([...rowsOf].map(([id, rows]) => [id, eachOnce(rows.map((row) => row.item))]));
}

/** Loop describes a row for each line item; the report is of packages all the same, and one item may be in two. */
function eachOnce(items: readonly AsnRow['item'][]): readonly AsnRow['item'][] {
  return items.filter(
    ({ line_item_id: id, sku }, index) =>
      id === null || items.findIndex((first) => first.line_item_id === id && first.sku === sku) === index,
  );
}
