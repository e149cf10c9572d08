import { type AgeingLimits, ageingStages } from '../../../config/ageing.ts';
import { differences } from '../../../returns/difference.ts';
import { outcomeKinds, type Status } from '../../../returns/return.ts';
import { returnDates } from '../../../returns-store/return-filter.ts';
import type { StatusCount } from '../../../returns-store/statistics.ts';
import { type ReturnQuery, writeReturnQuery } from '../../return-query.ts';
import { type Html, html } from '../html.ts';
import {
  causeWords,
  dateWords,
  decisionKindWords,
  differenceWords,
  limitWords,
  stageWords,
} from '../list-words.ts';
import { statusWords } from '../status-words.ts';

/** What a list of returns can be asked for, and what it is asked for at the moment. */
interface Filters {
  readonly merchants: readonly string[];
  readonly asked: ReturnQuery;
  readonly limits: AgeingLimits;
  readonly counts: readonly StatusCount[];
}

/** The address of a list. */
export function listPath(asked: ReturnQuery, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams([...writeReturnQuery(asked), ...Object.entries(more)]);
  return query.size === 0 ? '/console/returns' : `/console/returns?${query}`;
}

type Name = keyof ReturnQuery;

/** Whether anything leaves returns out. */
export function hasFilters(asked: ReturnQuery): boolean {
  return [...writeReturnQuery(asked).keys()].some((name) => name !== 'sort');
}

/** Whether it is asked for by nothing but merchant and status, of which it is known how many there are. */
export function onlyStatus(asked: ReturnQuery): boolean {
  const known: readonly string[] = ['merchant', 'status', 'sort'] satisfies readonly Name[];
  return [...writeReturnQuery(asked).keys()].every((name) => known.includes(name));
}

/** What is rarely asked for is folded away, unless it is. */
export function filterForm({ merchants, asked }: Filters): Html {
  const { q, merchant, decision, differs, overdue, dated, from, to } = asked;
  const isMore = [decision, differs, overdue, dated, from, to].some((value) => value !== undefined);
  const kept = (['status', 'cause', 'sort'] as const).flatMap((name) => {
    const value = asked[name];
    return value === undefined ? [] : [html`<input type="hidden" name="${name}" value="${value}">`];
  });
  return html`<form method="get" action="/console/returns" role="search" class="search">
    ${kept}
    <div class="field grows">
      <label for="q">Return id, order, tracking number or SKU begins with</label>
      <input id="q" name="q" type="search" value="${q ?? ''}" maxlength="250" autocomplete="off" spellcheck="false">
    </div>
    <div class="field">
      <label for="merchant">Merchant</label>
      ${select('merchant', merchants, merchant, (one) => one)}
    </div>
    <button>Search</button>
    <details id="more-filters"${isMore ? html` open` : null}>
      <summary>More filters</summary>
      <div class="more">
        <div class="field">
          <label for="decision">Decided</label>
          ${select('decision', outcomeKinds, decision, (one) => decisionKindWords[one])}
        </div>
        <div class="field">
          <label for="overdue">Waiting too long</label>
          ${select('overdue', ageingStages, overdue, (one) => stageWords[one])}
        </div>
        <div class="field">
          <label for="differs">Ended otherwise in Loop</label>
          ${select('differs', differences, differs, (one) => differenceWords[one])}
        </div>
        <div class="field">
          <label for="dated">Date</label>
          ${select('dated', returnDates, dated ?? 'created', (one) => dateWords[one], 'needed')}
        </div>
        <div class="field">
          <label for="from">From (UTC)</label>
          <input id="from" name="from" type="date" value="${from ?? ''}">
        </div>
        <div class="field">
          <label for="to">Until (UTC)</label>
          <input id="to" name="to" type="date" value="${to ?? ''}">
        </div>
      </div>
    </details>
  </form>`;
}

function select<Value extends string>(
  name: Name,
  values: readonly Value[],
  chosen: string | undefined,
  words: (value: Value) => string,
  choice: 'free' | 'needed' = 'free',
): Html {
  return html`<select id="${name}" name="${name}">
    ${choice === 'needed' ? null : html`<option value="">all</option>`}
    ${values.map((value) =>
      value === chosen
        ? html`<option value="${value}" selected>${words(value)}</option>`
        : html`<option value="${value}">${words(value)}</option>`,
    )}
  </select>`;
}

/** What a person has to look at first, then in the order of a return's life. */
const tabOrder: readonly Status[] = [
  'attention',
  'pending',
  'open',
  'receiving',
  'inspecting',
  'received',
  'processing',
  'flagged',
  'held',
  'processed',
  'cancelled',
];

/** One tab a status; with how many there are where that is known, and then without those that are empty. */
export function statusTabs({ asked, counts }: Filters): Html {
  const areKnown = onlyStatus(asked);
  const own = counts.filter(({ merchant }) => asked.merchant === undefined || merchant === asked.merchant);
  const countOf = (status?: Status) =>
    own.reduce((sum, one) => sum + (status === undefined || one.status === status ? one.count : 0), 0);
  const shown = tabOrder.filter((status) => !areKnown || status === asked.status || countOf(status) > 0);
  const tab = (name: string, status: Status | undefined) => {
    const { cause: _, ...others } = asked;
    const target = listPath({ ...others, status });
    const count = areKnown ? html` <span class="count">${countOf(status).toLocaleString('en')}</span>` : null;
    return html`<li>${
      asked.status === status
        ? html`<a href="${target}" aria-current="page">${name}${count}</a>`
        : html`<a href="${target}">${name}${count}</a>`
    }</li>`;
  };
  return html`<nav class="tabs" aria-label="Status"><ul>
    ${tab('all', undefined)}${shown.map((status) => tab(statusWords[status], status))}
  </ul></nav>`;
}

/** What is asked for beside the status, each with a way to ask for it no more. */
export function chips({ asked, limits }: Filters): Html | null {
  const words: Partial<Record<Name, (value: string) => string>> = {
    q: (value) => `begins with “${value}”`,
    merchant: (value) => `merchant ${value}`,
    cause: (value) => causeWords(value).headline,
    decision: () => (asked.decision === undefined ? '' : `decided: ${decisionKindWords[asked.decision]}`),
    overdue: () =>
      asked.overdue === undefined
        ? ''
        : `${stageWords[asked.overdue]}, for more than ${limitWords(limits[asked.overdue])}`,
    differs: () => (asked.differs === undefined ? '' : `Loop: ${differenceWords[asked.differs]}`),
    dated: (value) =>
      asked.from === undefined && asked.to === undefined && value !== 'created' ? value : '',
    from: (value) => `${dateWords[asked.dated ?? 'created']} from ${value}`,
    to: (value) => `${dateWords[asked.dated ?? 'created']} until ${value}`,
  };
  const shown = Object.entries(words).flatMap(([name, say]) => {
    const value = writeReturnQuery(asked).get(name);
    const text = value === null ? '' : say(value);
    return text === '' ? [] : [{ name, text }];
  });
  if (shown.length === 0) return null;
  return html`<ul class="chips" aria-label="What is asked for">
    ${shown.map(
      ({ name, text }) =>
        html`<li>${text} <a href="${listPath({ ...asked, [name]: undefined })}" aria-label="Remove: ${text}">×</a></li>`,
    )}
    ${shown.length < 2 ? null : html`<li class="all"><a href="${listPath({ status: asked.status })}">Remove all</a></li>`}
  </ul>`;
}
