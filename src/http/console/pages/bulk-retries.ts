import { calledBy } from '../../../audit/audit.ts';
import type { BulkRetry } from '../../../bulk-retries/bulk-retry.ts';
import { html, table, time } from '../html.ts';
import { live, type Page } from '../layout.ts';
import { chosenWords, stateWords } from './bulk-retry-words.ts';

/** The latest bulk retries, each with its way to the answers. */
export function bulkRetriesPage(latest: readonly BulkRetry[], formToken: string | null): Page {
  const list = table(
    'Bulk retries, newest first',
    [
      { title: 'Begun' },
      { title: 'By' },
      { title: 'Chosen by' },
      { title: 'Returns', isNumber: true },
      { title: 'State' },
    ],
    latest.map(({ id, createdAt, actor, asked, total, state }) => [
      html`<a href="/console/retries/${id}">${time(createdAt, 'exact')}</a>`,
      calledBy(actor),
      html`<span class="words">${chosenWords(asked).join(', ')}</span>`,
      total.toLocaleString('en-US'),
      stateWords[state],
    ]),
  );
  return {
    title: 'Bulk retries',
    place: 'Returns',
    formToken,
    updates: 'parts',
    content: html`<p>To retry many returns at once, narrow down the <a href="/console/returns?status=attention">list of returns</a> and press its button.</p>
      ${live('latest', 'The latest', latest.length === 0 ? html`<p>There were none yet.</p>` : list)}`,
  };
}
