import type { AgeingLimits } from '../../../config/ageing.ts';
import type { ReturnSort } from '../../../returns-store/return-filter.ts';
import type { StatusCount } from '../../../returns-store/statistics.ts';
import type { ReturnSummary } from '../../../returns-store/summary.ts';
import { type ReturnQuery, writeReturnQuery } from '../../return-query.ts';
import { type Density, densities } from '../density.ts';
import { type Html, html } from '../html.ts';
import { live, type Page } from '../layout.ts';
import { counted, sortWords } from '../list-words.ts';
import { retryAllForm } from './retry-all.ts';
import { chips, filterForm, hasFilters, listPath, onlyStatus, statusTabs } from './returns-filters.ts';
import { returnsTable } from './returns-table.ts';

export interface ReturnsList {
  readonly merchants: readonly string[];
  readonly asked: ReturnQuery;
  /** The order that they are in, asked for or not. */
  readonly sort: ReturnSort;
  readonly limits: AgeingLimits;
  readonly returns: readonly ReturnSummary[];
  readonly isFirstPage: boolean;
  readonly nextCursor: string | null;
  /** How many there are in each status, where that is known of what is asked for. */
  readonly counts: readonly StatusCount[];
  readonly density: Density;
  readonly formToken: string | null;
  readonly mayAct: boolean;
}

/** The search, and what it finds. All that was asked for is in the address. */
export function returnsPage(list: ReturnsList): Page {
  return {
    title: 'Returns',
    place: 'Returns',
    formToken: list.formToken,
    updates: 'parts',
    content: html`${filterForm(list)}
      ${statusTabs(list)}
      ${chips(list)}
      ${live('found', heading(list), found(list))}`,
  };
}

function heading(list: ReturnsList): string {
  const { returns, isFirstPage, nextCursor, sort } = list;
  const all = countOf(list);
  const isWhole = isFirstPage && nextCursor === null;
  if (isWhole && returns.length < 2) return counted(returns.length, 'return');
  if (isWhole) return `${counted(returns.length, 'return')}, ${sortWords[sort]}`;
  const of = all === null ? 'of the returns' : `of ${counted(all, 'return')}`;
  return `${returns.length} ${of}, ${sortWords[sort]}`;
}

/** How many returns the whole list has, where that is known. */
function countOf({ counts, asked }: ReturnsList): number | null {
  if (!onlyStatus(asked)) return null;
  return counts
    .filter(({ merchant, status }) => isOrAll(asked.merchant, merchant) && isOrAll(asked.status, status))
    .reduce((sum, { count }) => sum + count, 0);
}

function isOrAll<Value>(asked: Value | undefined, value: Value): boolean {
  return asked === undefined || asked === value;
}

function found(list: ReturnsList): Html {
  if (list.returns.length === 0) return nothing(list);
  return html`${tools(list)}${returnsTable(list)}${pager(list)}`;
}

function nothing({ asked }: ReturnsList): Html {
  if (!hasFilters(asked))
    return html`<p>There are no returns yet. They come by themselves, as soon as Loop tells of one.</p>`;
  const begins =
    asked.q === undefined
      ? ''
      : ` The search finds what begins with “${asked.q}”: a return id, an order’s name, a tracking number or a SKU.`;
  return html`<p>Nothing is found: no return fits all that is asked for above.${begins}</p>
    <p><a href="/console/returns">Remove all filters</a></p>`;
}

/** What can be done with the list as a whole. */
function tools(list: ReturnsList): Html {
  const { asked, density } = list;
  const mayNeedRetry =
    asked.overdue === undefined && (asked.status === undefined || asked.status === 'attention');
  const button = { label: 'Retry all of these…', describedBy: 'found-heading' };
  return html`<div class="tools">
    <p class="choice">${densities.map((one) =>
      one === density
        ? html`<span aria-current="true">${one}</span>`
        : html`<a href="${listPath(asked, { density: one })}">${one}</a>`,
    )}</p>
    <a href="/console/returns.csv?${writeReturnQuery(asked)}" download>Download CSV</a>
    ${mayNeedRetry ? retryAllForm(asked, list, button) : null}
  </div>`;
}

function pager({ asked, isFirstPage, nextCursor }: ReturnsList): Html | null {
  if (isFirstPage && nextCursor === null) return null;
  return html`<nav class="pager" aria-label="Pages of returns">
    ${isFirstPage ? null : html`<a href="${listPath(asked)}">First page</a>`}
    ${nextCursor === null ? null : html`<a href="${listPath(asked, { cursor: nextCursor })}" rel="next">Next page</a>`}
  </nav>`;
}
