import type { ReturnDate, ReturnSort } from '../../../returns-store/return-filter.ts';
import type { ReturnSummary } from '../../../returns-store/summary.ts';
import type { ReturnQuery } from '../../return-query.ts';
import type { Density } from '../density.ts';
import { type Html, html, returnPath, statusBadge, time } from '../html.ts';
import { cameWords, causeWords, toldWords } from '../list-words.ts';
import { listPath } from './returns-filters.ts';

interface ShownReturns {
  readonly asked: ReturnQuery;
  readonly sort: ReturnSort;
  readonly returns: readonly ReturnSummary[];
  readonly density: Density;
}

/** Returns as rows; on a phone each of them takes two lines. */
export function returnsTable({ asked, sort, returns, density }: ShownReturns): Html {
  const isOfOne = asked.merchant !== undefined;
  const created = sortLink({ asked, sort }, 'newest', 'oldest', dateTitles[asked.dated ?? 'created']);
  const since = sortLink({ asked, sort }, 'longest', 'latest', 'Status, since');
  return html`<table role="table" class="returns ${density}">
    <caption class="hidden">Returns</caption>
    <thead role="rowgroup">
      <tr role="row">
        ${heading('Return', null)}${heading('Status', since)}${isOfOne ? null : heading('Merchant', null)}${heading('What came', null)}${heading('Told Loop', null)}${heading('Tracking number', null)}${heading('Created', created)}
      </tr>
    </thead>
    <tbody role="rowgroup">${returns.map((one) => row(one, asked))}</tbody>
  </table>`;
}

interface SortLink {
  readonly link: Html;
  readonly direction: 'ascending' | 'descending' | 'none';
}

/**
 * Sorts by a column, and the other way round where it is sorted by that already.
 * @param first what is asked for first: of what is new the latest, of what waits the longest
 */
function sortLink(
  { asked, sort }: Pick<ShownReturns, 'asked' | 'sort'>,
  first: ReturnSort,
  then: ReturnSort,
  title: string,
): SortLink {
  const next = sort === first ? then : first;
  const link = html`<a class="sort" href="${listPath({ ...asked, sort: next })}">${title}</a>`;
  if (sort !== first && sort !== then) return { link, direction: 'none' };
  return { link, direction: sort === 'newest' || sort === 'latest' ? 'descending' : 'ascending' };
}

function heading(title: string, sort: SortLink | null): Html {
  if (sort === null) return html`<th role="columnheader" scope="col">${title}</th>`;
  return html`<th role="columnheader" scope="col" aria-sort="${sort.direction}">${sort.link}</th>`;
}

function row(one: ReturnSummary, asked: ReturnQuery): Html {
  const { merchant, loopReturnId, orderName, status, cause, trackingNumber, ageing } = one;
  const since = asked.overdue === undefined || ageing === null ? one.statusSince : ageing.since;
  const told = toldWords(one);
  const date = dateOf(one, asked.dated ?? 'created');
  // The chip above the list says it once for all of them.
  const why = cause === null || asked.cause !== undefined ? null : causeWords(cause).headline;
  return html`<tr role="row">
    <td role="cell" class="id"><a href="${returnPath(merchant, loopReturnId)}">${loopReturnId}</a>${orderName === null ? null : html`<span class="under">${orderName}</span>`}</td>
    <td role="cell" class="status">${statusBadge(status)}<span class="under since">${time(since, 'ago')}</span></td>
    ${asked.merchant === undefined ? html`<td role="cell" class="merchant">${merchant}</td>` : null}
    <td role="cell" class="came">${asked.merchant === undefined ? html`<span class="of">${merchant} · </span>` : null}${why === null ? came(one) : html`<span class="why" title="${why}">${why}</span>`}</td>
    <td role="cell" class="told">${told ?? dash}</td>
    <td role="cell" class="tracking">${trackingNumber ?? dash}</td>
    <td role="cell" class="created">${date === null ? dash : time(date)}</td>
  </tr>`;
}

const dateTitles: Readonly<Record<ReturnDate, string>> = {
  created: 'Created',
  received: 'Received',
  decided: 'Decided',
};

function dateOf({ createdAt, receivedAt, decidedAt }: ReturnSummary, date: ReturnDate): Date | null {
  return { created: createdAt, received: receivedAt, decided: decidedAt }[date];
}

const dash = html`<span class="empty">–</span>`;

function came(one: ReturnSummary): Html {
  const words = cameWords(one);
  if (words === null) return dash;
  return one.came === null ? html`<span class="empty">${words}</span>` : html`<span>${words}</span>`;
}
