import { type ActionMeans, type AuditAction, type AuditEntry, auditActions } from '../../../audit/audit.ts';
import { type Html, html, returnPath, table, time } from '../html.ts';
import { live, type Page } from '../layout.ts';

export interface AuditList {
  readonly asked: { readonly who: string; readonly action: AuditAction | '' };
  readonly entries: readonly AuditEntry[];
  readonly isFirstPage: boolean;
  readonly nextCursor: string | null;
  readonly formToken: string | null;
}

/** What people have done, newest first. */
export function auditPage(list: AuditList): Page {
  return {
    title: 'Audit',
    place: 'Audit',
    formToken: list.formToken,
    updates: 'parts',
    content: html`<p>What people have done here, newest first. The list only grows: nothing in it is changed or removed.</p>
      ${filterForm(list)}
      ${live('entries', list.isFirstPage ? 'The newest' : 'Older', entries(list))}`,
  };
}

const actionWords: Readonly<Record<AuditAction, string>> = {
  'sign-in': 'sign-in',
  'sign-out': 'sign-out',
  retry: 'retry of a return',
  'bulk-retry': 'retry of many returns',
  replay: 'replay of deliveries',
  erase: 'erasure of what is personal',
  restored: 'database marked as restored',
  operators: 'operators changed',
};

const meansWords: Readonly<Record<ActionMeans, string>> = {
  password: 'password',
  sso: 'single sign-on',
  token: 'ops token',
  command: 'command',
  file: 'users file',
};

function filterForm({ asked }: AuditList): Html {
  return html`<form method="get" action="/console/audit" role="search" class="search">
    <div class="field">
      <label for="who">Who, by the full name</label>
      <input id="who" name="who" type="search" value="${asked.who}" maxlength="100" autocomplete="off" autocapitalize="none" spellcheck="false">
    </div>
    <div class="field">
      <label for="action">Action</label>
      <select id="action" name="action">
        <option value="">all</option>
        ${auditActions.map(
          (action) =>
            html`<option value="${action}"${action === asked.action ? html` selected` : null}>${actionWords[action]}</option>`,
        )}
      </select>
    </div>
    <button>Show</button>
  </form>`;
}

function entries(list: AuditList): Html {
  if (list.entries.length === 0) return html`<p>Nothing is found.</p>`;
  return html`${table(
    'What people have done',
    [
      { title: 'When' },
      { title: 'Who' },
      { title: 'By' },
      { title: 'From' },
      { title: 'Action' },
      { title: 'Of' },
      { title: 'Result' },
    ],
    list.entries.map((entry) => [
      time(entry.at, 'exact'),
      entry.who,
      meansWords[entry.by],
      entry.address,
      actionWords[entry.action],
      subject(entry),
      result(entry),
    ]),
  )}
  ${pager(list)}`;
}

function subject({ action, merchant, subject }: AuditEntry): Html | string | null {
  if (merchant === null) return subject;
  if (action === 'retry' && subject !== null) {
    return html`<span><a href="${returnPath(merchant, subject)}">${subject}</a> of ${merchant}</span>`;
  }
  return html`<span class="words">${merchant}${subject === null ? null : html`: ${subject}`}</span>`;
}

/** What there is none of is left out: a bulk retry counts every answer that there can be. */
function result({ result, details }: AuditEntry): Html {
  const { bulkRetry, ...counts } = details;
  const more = Object.entries(counts).flatMap(([name, value]) => (value === 0 ? [] : [`${name} ${value}`]));
  const link =
    bulkRetry === undefined
      ? null
      : html`, <a href="/console/retries/${encodeURIComponent(bulkRetry)}">bulk retry</a>`;
  return html`<span class="words">${[result, ...more].join(', ')}${link}</span>`;
}

function pager({ asked, isFirstPage, nextCursor }: AuditList): Html | null {
  if (isFirstPage && nextCursor === null) return null;
  const query = (more: Record<string, string>) =>
    `/console/audit?${new URLSearchParams({ ...asked, ...more })}`;
  return html`<nav class="pager" aria-label="Pages of the audit list">
    ${isFirstPage ? null : html`<a href="${query({})}">Newest</a>`}
    ${nextCursor === null ? null : html`<a href="${query({ cursor: nextCursor })}" rel="next">Older</a>`}
  </nav>`;
}
