import { statuses } from '../../../returns/return.ts';
import type { ReturnSummary } from '../../../returns-store/summary.ts';
import { type ReturnQuery, writeReturnQuery } from '../../return-query.ts';
import { type Html, html, returnPath, statusBadge, table, time } from '../html.ts';
import { live, type Page } from '../layout.ts';
import { statusWords } from '../status-words.ts';
import { retryAllForm } from './retry-all.ts';

export interface ReturnsList {
  readonly merchants: readonly string[];
  readonly asked: ReturnQuery;
  readonly returns: readonly ReturnSummary[];
  readonly isFirstPage: boolean;
  readonly nextCursor: string | null;
  readonly formToken: string | null;
  readonly mayAct: boolean;
}

/** The search, and what it finds. */
export function returnsPage(list: ReturnsList): Page {
  return {
    title: 'Returns',
    place: 'Returns',
    formToken: list.formToken,
    updates: 'parts',
    content: html`${searchForm(list)}
      ${live('found', heading(list), found(list))}`,
  };
}

function heading({ returns, isFirstPage, nextCursor }: ReturnsList): string {
  if (!isFirstPage || nextCursor !== null) return `${returns.length} of the returns, newest first`;
  return returns.length === 1 ? '1 return' : `${returns.length} returns, newest first`;
}

function searchForm({ merchants, asked }: ReturnsList): Html {
  return html`<form method="get" action="/console/returns" role="search" class="search">
    <div class="field grows">
      <label for="q">Return id, order, tracking number or SKU, in full</label>
      <input id="q" name="q" type="search" value="${asked.q ?? ''}" maxlength="250" autocomplete="off" spellcheck="false">
    </div>
    <div class="field">
      <label for="merchant">Merchant</label>
      ${select('merchant', merchants, asked.merchant ?? '')}
    </div>
    <div class="field">
      <label for="status">Status</label>
      ${select('status', statuses, asked.status ?? '', statusWords)}
    </div>
    <button>Search</button>
  </form>`;
}

/** @param words how a value reads; as it is unless said */
function select(
  name: string,
  values: readonly string[],
  chosen: string,
  words: Readonly<Record<string, string>> = {},
): Html {
  return html`<select id="${name}" name="${name}">
    <option value="">all</option>
    ${values.map((value) =>
      value === chosen
        ? html`<option value="${value}" selected>${words[value] ?? value}</option>`
        : html`<option value="${value}">${words[value] ?? value}</option>`,
    )}
  </select>`;
}

function found(list: ReturnsList): Html {
  if (list.returns.length === 0) {
    return html`<p>Nothing is found. The search takes whole words only: <em>90508</em> finds order #90508, <em>905</em> does not.</p>`;
  }
  return html`${table(
    'Returns',
    [
      { title: 'Return' },
      { title: 'Status' },
      { title: 'Merchant' },
      { title: 'Order' },
      { title: 'Tracking number' },
      { title: 'Reason' },
      { title: 'Created' },
      { title: 'Changed' },
    ],
    list.returns.map((one) => [
      html`<a href="${returnPath(one.merchant, one.loopReturnId)}">${one.loopReturnId}</a>`,
      statusBadge(one.status),
      one.merchant,
      one.orderName,
      one.trackingNumber,
      one.reason === null ? null : html`<span class="words">${one.reason}</span>`,
      time(one.createdAt),
      time(one.updatedAt),
    ]),
  )}
  ${pager(list)}
  ${retryAllForm(list.asked, list)}`;
}

function pager({ asked, isFirstPage, nextCursor }: ReturnsList): Html | null {
  if (isFirstPage && nextCursor === null) return null;
  const query = (more: Record<string, string>) =>
    `/console/returns?${new URLSearchParams([...writeReturnQuery(asked), ...Object.entries(more)])}`;
  return html`<nav class="pager" aria-label="Pages of returns">
    ${isFirstPage ? null : html`<a href="${query({})}">Newest</a>`}
    ${nextCursor === null ? null : html`<a href="${query({ cursor: nextCursor })}" rel="next">Older</a>`}
  </nav>`;
}
