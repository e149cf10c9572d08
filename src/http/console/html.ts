import { html } from 'hono/html';
import type { Status } from '../../returns/return.ts';
import { statusWords } from './status-words.ts';

// Of hono only its template is used: it escapes by default, nests and needs no build step, and is better kept
// than the small libraries that are made for nothing else.
export { html };

/** A piece of a page. Whatever a template is given is escaped unless it is one of these. */
export type Html = ReturnType<typeof html>;

const utc = { timeZone: 'UTC', dateStyle: 'medium' } as const;
const moment = new Intl.DateTimeFormat('en-GB', { ...utc, timeStyle: 'short' });
const toTheSecond = new Intl.DateTimeFormat('en-GB', { ...utc, timeStyle: 'medium' });

/**
 * How a script shows a moment: `short` as '3 min ago' on the same day, else with its date; `ago` always by how
 * long ago it was; `exact` always with its date, to the second.
 */
export type TimeAs = 'short' | 'ago' | 'exact';

/** A moment, in UTC; a script brings it into the reader's zone. */
export function time(at: Date, as: TimeAs = 'short'): Html {
  const words = (as === 'exact' ? toTheSecond : moment).format(at);
  return html`<time datetime="${at.toISOString()}" data-as="${as}">${words}</time>`;
}

/** A return's status in words, and a colour beside it. */
export function statusBadge(status: Status): Html {
  return html`<span class="badge badge-${status}">${statusWords[status]}</span>`;
}

export interface Column {
  readonly title: string;
  /** Numbers stand below each other. */
  readonly isNumber?: boolean;
}

/** A table that becomes a list of cards where the screen is narrow; so it says its roles itself. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  const classOf = ({ isNumber }: Column) => (isNumber === true ? 'number' : 'text');
  return html`<table role="table">
    <caption class="hidden">${caption}</caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col" class="${classOf(column)}">${column.title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) => html`<tr role="row">
          ${columns.map((column, index) => {
            const cell = cells[index] ?? null;
            const classes = cell === null ? `${classOf(column)} empty` : classOf(column);
            return html`<td role="cell" class="${classes}" data-label="${column.title}">${cell ?? '–'}</td>`;
          })}
        </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Null is shown as a dash. */
export type Cell = Html | string | number | null;

/** Where a return has its page. */
export function returnPath(merchant: string, loopReturnId: string): string {
  return `/console/returns/${encodeURIComponent(merchant)}/${encodeURIComponent(loopReturnId)}`;
}
