import { aDayMs } from '../../config/duration.ts';
import type { Passing } from '../../outbound/failure.ts';
import type { AsnRow, ReturnRecord } from './schemas.ts';
import type { WarehouseApi, Window } from './warehouse-api.ts';

/**
 * A return's line items as Loop shows them; `items` is undefined where it shows none anywhere. `labels`: all that it has,
 * where its details list them; a row of the list has the newest alone. `from`: where the items were found, if the details,
 * which show all of a return, were not asked.
 */
export type FoundItems =
  | {
      readonly kind: 'items';
      readonly items: unknown;
      readonly labels?: ReturnRecord['labels'];
      readonly from?: 'report';
    }
  | Passing;

export type FindItems = (record: ReturnRecord) => Promise<FoundItems>;

/** The returns of a report by their ids, or why there is none. */
type Report = ReadonlyMap<string, readonly AsnRow['item'][]> | Passing;

/** Where Loop gives so many no answer, one after the other, no more are asked for in this window: each waits for long. */
const mostUnanswered = 3;

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
  const findIn = async (span: Window, id: string): Promise<FoundItems> => {
    const name = `${span.from.toISOString()} ${span.to.toISOString()}`;
    const reading = reports.get(name) ?? readReport(api, span);
    reports.set(name, reading);
    const report = await reading;
    return 'kind' in report ? report : { kind: 'items', items: report.get(id) };
  };
  const findOnItsDay = async ({ id, created_at: createdAt }: ReturnRecord): Promise<FoundItems> => {
    if (createdAt === null) return { kind: 'items', items: undefined };
    const from = new Date(createdAt);
    return findIn({ from, to: new Date(from.getTime() + aDayMs) }, id);
  };
  let asked = 0;
  let unanswered = 0;
  return async (record) => {
    asked += 1;
    const reported = asked > mostAskedAlone ? await findIn(window, record.id) : null;
    if (reported !== null && !isShownNone(reported)) return saidOfReport(reported);
    if (unanswered >= mostUnanswered) return notShown;
    const own = await findAlone(api, record.id);
    unanswered = own === 'no answer' ? unanswered + 1 : 0;
    // It keeps no other return from being found: it is asked for again by itself, and until then nothing is guessed.
    if (own === 'no answer') return notShown;
    if (!isShownNone(own)) return own;
    const inWindow = reported ?? (await findIn(window, record.id));
    const found = isShownNone(inWindow) ? await findOnItsDay(record) : inWindow;
    if (isShownNone(found)) return own;
    return found.kind === 'items' && own.kind === 'items' ? { ...found, labels: own.labels } : found;
  };
}

const notShown: FoundItems = { kind: 'items', items: undefined };

function isShownNone(found: FoundItems): boolean {
  if (found.kind !== 'items') return false;
  return found.items == null || (Array.isArray(found.items) && found.items.length === 0);
}

function saidOfReport(found: FoundItems): FoundItems {
  return found.kind === 'items' ? { ...found, from: 'report' } : found;
}

async function findAlone(api: WarehouseApi, id: string): Promise<FoundItems | 'no answer'> {
  const details = await api.details(id);
  switch (details.kind) {
    case 'paused':
      return details;
    case 'transient':
      return 'no answer';
    case 'details': {
      const { line_items: items, labels } = details.record;
      return { kind: 'items', items, labels };
    }
    default:
      return notShown;
  }
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
