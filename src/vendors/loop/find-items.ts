import { aDayMs } from '../../config/duration.ts';
import type { Passing } from '../../outbound/failure.ts';
import type { AsnRow, ReturnRecord } from './schemas.ts';
import type { WarehouseApi, Window } from './warehouse-api.ts';

/**
 * A return's line items as Loop shows them; `items` is undefined where it shows none anywhere. `labels`: all that it has,
 * where its details list them; a row of the list has the newest alone.
 */
export type FoundItems =
  | { readonly kind: 'items'; readonly items: unknown; readonly labels?: ReturnRecord['labels'] }
  | Passing;

export type FindItems = (record: ReturnRecord) => Promise<FoundItems>;

/** The returns of a report by their ids, or why there is none. */
type Report = ReadonlyMap<string, readonly AsnRow['item'][]> | Passing;

/**
 * Finds the line items of returns whose list leaves them out. A return's own details show all of them, where they show
 * any: Loop's description of those has none. The ASN report is one of packages, and which date it goes by is not
 * published, so of a return in several it need not have all. It is asked where details show nothing, first that of the
 * window and then that of the day that the return was created on; and of many returns, such as at a backfill, before the
 * details.
 * @param window the one that the list was asked for
 * @param mostAskedAlone how many returns are asked for before the report is
 */
export function itemsFinder(api: WarehouseApi, window: Window, mostAskedAlone: number): FindItems {
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
  const ways: Way[] = [({ id }) => findAlone(api, id), async ({ id }) => orNothing(await findIn(window, id))];
  let asked = 0;
  return async (record) => {
    asked += 1;
    for (const find of asked <= mostAskedAlone ? ways : ways.toReversed()) {
      const found = await find(record);
      if (found !== null) return found;
    }
    if (record.created_at === null) return { kind: 'items', items: undefined };
    const from = new Date(record.created_at);
    return findIn({ from, to: new Date(from.getTime() + aDayMs) }, record.id);
  };
}

/** One of the places where Loop may show a return's line items; null where it shows none there. */
type Way = (record: ReturnRecord) => Promise<FoundItems | null>;

async function findAlone(api: WarehouseApi, id: string): Promise<FoundItems | null> {
  const details = await api.details(id);
  switch (details.kind) {
    case 'paused':
      return details;
    case 'transient':
      // It keeps no other return from being found: it is asked for again by itself, and until then nothing is guessed.
      return { kind: 'items', items: undefined };
    case 'details': {
      const { line_items: items, labels } = details.record;
      return items == null ? null : { kind: 'items', items, labels };
    }
    default:
      return null;
  }
}

function orNothing(found: FoundItems): FoundItems | null {
  return found.kind === 'items' && found.items === undefined ? null : found;
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
