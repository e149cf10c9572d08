import type { MerchantMonth, MonthReport } from '../../../returns-store/month-report.ts';
import { monthLists } from '../../month-lists.ts';
import { type Cell, type Html, html, table, time } from '../html.ts';
import { live, type Page } from '../layout.ts';
import { counted, differenceWords } from '../list-words.ts';
import { duration, share } from '../plots.ts';
import { listPath } from './returns-filters.ts';

export interface ReportPageParts {
  readonly report: MonthReport;
  /** All there are, to choose one of. */
  readonly merchants: readonly string[];
  /** The one that was chosen; undefined for all. */
  readonly merchant: string | undefined;
  /** The month that has begun last. */
  readonly thisMonth: string;
  readonly formToken: string | null;
}

/** One month in numbers: what came, what was decided, how long it took, and what Loop ended otherwise. */
export function reportPage(parts: ReportPageParts): Page {
  const { report, merchant, formToken } = parts;
  const shown = report.merchants.filter((one) => merchant === undefined || one.merchant === merchant);
  const name = monthWords(report.month);
  return {
    title: 'Reports',
    place: 'Reports',
    formToken,
    updates: 'parts',
    content: html`${chooser(parts)}
      ${live('returns', report.state === 'partial' ? `${name}, so far` : name, html`${returnsTable(shown, report)}${asOf(report)}`)}
      <div class="columns">
        ${live('units', 'Units by disposition', unitsTable(shown))}
        ${live('times', 'From the dock to the decision', timesTable(shown))}
      </div>
      ${live('differences', 'Ended otherwise in Loop', differencesTable(shown, report))}`,
  };
}

const monthFormat = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' });

function monthWords(month: string): string {
  return monthFormat.format(new Date(`${month}-01T00:00:00Z`));
}

/** @param by how many months later; earlier where it is negative */
function monthFrom(month: string, by: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + by);
  return date.toISOString().slice(0, 7);
}

function chooser({ report, merchants, merchant, thisMonth }: ReportPageParts): Html {
  const { month } = report;
  const [before, after] = [monthFrom(month, -1), monthFrom(month, 1)];
  const path = (other: string) =>
    `/console/reports?${new URLSearchParams({ month: other, ...(merchant === undefined ? {} : { merchant }) })}`;
  return html`<form method="get" action="/console/reports" class="search">
    <div class="field">
      <label for="month">Month (UTC)</label>
      <input id="month" name="month" type="month" value="${month}" max="${thisMonth}" required pattern="20[0-9]{2}-[0-9]{2}" placeholder="2026-11">
    </div>
    <div class="field">
      <label for="merchant">Merchant</label>
      <select id="merchant" name="merchant">
        <option value="">all</option>
        ${merchants.map((one) => (one === merchant ? html`<option value="${one}" selected>${one}</option>` : html`<option value="${one}">${one}</option>`))}
      </select>
    </div>
    <button>Show</button>
    <p class="months"><a href="${path(before)}" rel="prev">Previous: ${monthWords(before)}</a>
      ${after > thisMonth ? null : html`<a href="${path(after)}" rel="next">Next: ${monthWords(after)}</a>`}
      <a href="/console/reports.csv?month=${month}" download>Download CSV</a></p>
  </form>`;
}

function asOf({ state, countedAt }: MonthReport): Html {
  return html`<p class="hint">Counted ${time(countedAt)}. ${state === 'partial' ? 'The month is not over. ' : null}The share refunded is of what was refunded, flagged or held. Loop publishes no amounts, so there are none here.</p>`;
}

const counts = ['created', 'received', 'refunded', 'flagged', 'held', 'needsAttention'] as const;
type Counts = Readonly<Record<(typeof counts)[number], number>>;

function returnsTable(shown: readonly MerchantMonth[], { month }: MonthReport): Html {
  if (shown.length === 0) return noMerchant;
  const titles = ['Created', 'Received', 'Refunded', 'Flagged', 'Held', 'Needs attention now'];
  return table(
    `Returns in ${monthWords(month)} by merchant`,
    [
      { title: 'Merchant' },
      ...titles.map((title) => ({ title, isNumber: true })),
      { title: 'Share refunded' },
    ],
    [
      ...shown.map((one) => [one.merchant, ...listedCounts(one, month), refundedShare(one)]),
      ...(shown.length > 1 ? [sumRow(shown)] : []),
    ],
  );
}

/** The counts of a merchant; each leads to its returns where a list can show just them. */
function listedCounts(one: MerchantMonth, month: string): Cell[] {
  const { created, received, held, needsAttention } = monthLists(one.merchant, month);
  const lists: Partial<Record<keyof Counts, string>> = {
    created: listPath(created),
    received: listPath(received),
    held: listPath(held),
    needsAttention: listPath(needsAttention),
  };
  return counts.map((name) => {
    const path = lists[name];
    return path === undefined ? number(one[name]) : linked(one[name], path);
  });
}

function sumRow(shown: readonly MerchantMonth[]): Cell[] {
  const sum = (name: keyof Counts) => shown.reduce((total, one) => total + one[name], 0);
  const strong = (text: string) => html`<strong>${text}</strong>`;
  return [
    strong('all'),
    ...counts.map((name) => strong(sum(name).toLocaleString('en'))),
    refundedShare({ refunded: sum('refunded'), flagged: sum('flagged'), held: sum('held') }),
  ];
}

/** Of what was told to Loop, or held; null where nothing was. */
function refundedShare({
  refunded,
  flagged,
  held,
}: Pick<Counts, 'refunded' | 'flagged' | 'held'>): Html | null {
  const decided = refunded + flagged + held;
  if (decided === 0) return null;
  return html`<span class="with-share">${Math.round((refunded / decided) * 100)} % ${share(refunded, decided)}</span>`;
}

const noMerchant = html`<p>There is no such merchant in the merchants file.</p>`;

function number(count: number): string | null {
  return count === 0 ? null : count.toLocaleString('en');
}

function linked(count: number, path: string): Html | null {
  return count === 0 ? null : html`<a href="${path}">${count.toLocaleString('en')}</a>`;
}

/** All merchants' together, then each merchant's own where there are several. */
function unitsTable(shown: readonly MerchantMonth[]): Html {
  const dispositions = sumOf(shown.flatMap(({ units }) => units.map((one) => [one.disposition, one.units])));
  const all = dispositions.reduce((sum, [, units]) => sum + units, 0);
  if (all === 0) return html`<p class="fine">No receipt came in this month.</p>`;
  const own = shown.length > 1 ? shown : [];
  return html`${table(
    'Units that came, by what the warehouse found',
    [
      { title: 'Disposition' },
      { title: 'Units', isNumber: true },
      { title: 'Share' },
      ...own.map(({ merchant }) => ({ title: merchant, isNumber: true })),
    ],
    dispositions.map(([disposition, units]) => [
      disposition,
      units.toLocaleString('en'),
      share(units, all),
      ...own.map((one) => number(one.units.find((found) => found.disposition === disposition)?.units ?? 0)),
    ]),
  )}<p class="hint">Of the returns whose first receipt came in this month: ${counted(all, 'unit')}.</p>`;
}

/** The largest first. */
function sumOf(entries: readonly (readonly [string, number])[]): [string, number][] {
  const sums = new Map<string, number>();
  for (const [name, value] of entries) sums.set(name, (sums.get(name) ?? 0) + value);
  return [...sums].toSorted(([, one], [, other]) => other - one);
}

function timesTable(shown: readonly MerchantMonth[]): Html {
  const timed = shown.flatMap(({ merchant, dockToDecision }) =>
    dockToDecision === null ? [] : [{ merchant, ...dockToDecision }],
  );
  if (timed.length === 0) return html`<p class="fine">No return was decided in this month.</p>`;
  const longest = Math.max(...timed.map(({ p95Seconds }) => p95Seconds));
  const { dock, receiving, receipt } = {
    dock: timed.reduce((sum, { from }) => sum + from.dock, 0),
    receiving: timed.reduce((sum, { from }) => sum + from.receiving, 0),
    receipt: timed.reduce((sum, { from }) => sum + from.receipt, 0),
  };
  return html`${table(
    'Time from the dock to the decision, by merchant',
    [
      { title: 'Merchant' },
      { title: 'Median', isNumber: true },
      { title: 'Compared' },
      { title: '95th percentile', isNumber: true },
    ],
    timed.map(({ merchant, medianSeconds, p95Seconds }) => [
      merchant,
      duration(medianSeconds),
      share(medianSeconds, longest),
      duration(p95Seconds),
    ]),
  )}<p class="hint">Timed from the dock: ${dock}; from the beginning of receiving, where nobody told of the dock: ${receiving}; from the receipt: ${receipt}.</p>`;
}

function differencesTable(shown: readonly MerchantMonth[], { month }: MonthReport): Html {
  const rows = shown.flatMap(({ merchant, differences }) =>
    differences.filter(({ count }) => count > 0).map((one) => ({ merchant, ...one })),
  );
  if (rows.length === 0)
    return html`<p class="fine">None. Loop has ended every return as it was decided.</p>`;
  return table(
    'Returns that Loop has ended in another way than was decided',
    [{ title: 'Decided, and in Loop now' }, { title: 'Merchant' }, { title: 'Returns', isNumber: true }],
    rows.map(({ merchant, difference, count }) => [
      differenceWords[difference],
      merchant,
      linked(count, listPath(monthLists(merchant, month).differs(difference))),
    ]),
  );
}
