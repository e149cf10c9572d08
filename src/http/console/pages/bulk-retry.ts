import { calledBy } from '../../../audit/audit.ts';
import {
  type BulkRetryItem,
  type BulkRetryProgress,
  bulkRetryItemStates,
} from '../../../bulk-retries/bulk-retry.ts';
import { type Html, html, returnPath, statusBadge, table, time } from '../html.ts';
import { hiddenToken, live, notice, type Page } from '../layout.ts';
import { aboutSeconds, answerWords, chosenWords, countOfReturns } from './bulk-retry-words.ts';

export interface BulkRetryPageParts {
  readonly found: BulkRetryProgress;
  readonly items: readonly BulkRetryItem[];
  readonly isFirstPage: boolean;
  readonly nextCursor: string | null;
  readonly done: string | null;
  readonly formToken: string | null;
  readonly mayAct: boolean;
}

/** One bulk retry: how far it is, and an answer for each return. */
export function bulkRetryPage(shown: BulkRetryPageParts): Page {
  const { found, done, formToken, mayAct } = shown;
  return {
    title: `Retry of ${countOfReturns(found.total)}`,
    place: 'Returns',
    formToken,
    updates: found.endedAt === null ? 'whole' : 'parts',
    content: html`${notice(done)}
      ${live('progress', headingOf(found), progress(found, mayAct ? stopForm(found.id, formToken) : null))}
      <section aria-labelledby="asked-heading">
        <h2 id="asked-heading">What was asked for</h2>
        <p>${calledBy(found.actor)} asked for it at ${time(found.createdAt, 'exact')}, of the returns chosen by:</p>
        <ul class="plain">${chosenWords(found.asked).map((words) => html`<li>${words}</li>`)}</ul>
      </section>
      ${live('answers', 'An answer for each', answers(shown))}
      <p><a href="/console/retries">All bulk retries</a></p>`,
  };
}

function headingOf({ counts, total }: BulkRetryProgress): string {
  return `Retried ${counts.retried.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
}

function stopForm(id: string, formToken: string | null): Html {
  return html`<form method="post" action="/console/retries/${id}/stop">${hiddenToken(formToken)}<button class="quiet">Stop</button></form>`;
}

/** @param stop null where it is not for the one who looks */
function progress(found: BulkRetryProgress, stop: Html | null): Html {
  const { state, total, counts, secondsLeft, endedAt, stoppedBy } = found;
  const answered = total - counts.waiting;
  return html`<progress max="${total}" value="${answered}" aria-label="Returns that have an answer">${answered} of ${total}</progress>
    <p>${stateSentence(found)}${secondsLeft === null ? null : html` It takes ${aboutSeconds(secondsLeft)} from now on.`}</p>
    <dl class="facts">
      ${bulkRetryItemStates
        .filter((one) => counts[one] > 0)
        .map(
          (one) =>
            html`<div><dt>${answerWords[one]}</dt><dd>${counts[one].toLocaleString('en-US')}</dd></div>`,
        )}
      ${endedAt === null ? null : html`<div><dt>Ended</dt><dd>${time(endedAt, 'exact')}</dd></div>`}
      ${stoppedBy === null ? null : html`<div><dt>Stopped by</dt><dd>${stoppedBy}</dd></div>`}
    </dl>
    ${state === 'running' ? stop : null}`;
}

function stateSentence({ state, counts, total }: BulkRetryProgress): string {
  const answered = total - counts.waiting;
  switch (state) {
    case 'running':
      return `${answered} of ${total} have an answer. The rest goes on by itself.`;
    case 'stopping':
      return 'It is being stopped.';
    case 'done':
      return 'Every return has its answer.';
    case 'stopped':
      return 'It was stopped. The returns whose turn had not come are left as they were.';
  }
}

function answers({ found, items, isFirstPage, nextCursor }: BulkRetryPageParts): Html {
  const path = `/console/retries/${found.id}`;
  return html`${table(
    'Returns of this bulk retry, oldest first',
    [{ title: 'Return' }, { title: 'Merchant' }, { title: 'Answer' }, { title: 'Now' }, { title: 'When' }],
    items.map(({ merchant, loopReturnId, state, status, settledAt }) => [
      html`<a href="${returnPath(merchant, loopReturnId)}">${loopReturnId}</a>`,
      merchant,
      answerWords[state],
      status === null ? null : statusBadge(status),
      settledAt === null ? null : time(settledAt, 'exact'),
    ]),
  )}
  ${
    isFirstPage && nextCursor === null
      ? null
      : html`<nav class="pager" aria-label="Pages of returns">
    ${isFirstPage ? null : html`<a href="${path}">First</a>`}
    ${nextCursor === null ? null : html`<a href="${path}?${new URLSearchParams({ cursor: nextCursor })}" rel="next">Next</a>`}
  </nav>`
  }`;
}
