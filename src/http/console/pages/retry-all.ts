import { type ChosenReturns, mostReturnsAtOnce } from '../../../bulk-retries/bulk-retry.ts';
import { type ReturnQuery, writeReturnQuery } from '../../return-query.ts';
import { type Html, html, table } from '../html.ts';
import { hiddenToken, notice, type Page } from '../layout.ts';
import { aboutSeconds, chosenWords, countOfReturns } from './bulk-retry-words.ts';

type Asked = Readonly<Record<string, string>>;

const hidden = (name: string, value: string) => html`<input type="hidden" name="${name}" value="${value}">`;
const hiddenAll = (asked: Asked) => Object.entries(asked).map(([name, value]) => hidden(name, value));

export interface RetryAllButton {
  readonly label: string;
  /** The id of what says which returns these are. */
  readonly describedBy: string;
}

/**
 * Leads from a list to the question whether all returns in it are meant; null where the list is of all there are,
 * and for whom may not act.
 */
export function retryAllForm(
  { sort: _order, ...query }: ReturnQuery,
  { formToken, mayAct }: { readonly formToken: string | null; readonly mayAct: boolean },
  { label, describedBy }: RetryAllButton,
): Html | null {
  const asked = Object.fromEntries(writeReturnQuery(query));
  if (Object.keys(asked).length === 0 || !mayAct) return null;
  return html`<form method="post" action="/console/retries">
    ${hiddenToken(formToken)}${hiddenAll(asked)}<button class="quiet" aria-describedby="${describedBy}">${label}</button>
  </form>`;
}

export interface Confirmation {
  /** The bulk retry's, so that it begins once however often the form is sent. */
  readonly id: string;
  readonly asked: Asked;
  readonly chosen: readonly ChosenReturns[];
  /** How many somebody was shown and said yes to, where the list has more by now. */
  readonly shownBefore: number | null;
  /** How many of each merchant's are taken in a second. */
  readonly perSecond: number;
  readonly formToken: string | null;
}

const mostShown = 20;

/** Says which returns, of those that need attention, are meant and what will happen, and asks for a yes. */
export function confirmRetryPage({
  id,
  asked,
  chosen,
  shownBefore,
  perSecond,
  formToken,
}: Confirmation): Page {
  const total = chosen.reduce((sum, { count }) => sum + count, 0);
  const back = `/console/returns?${new URLSearchParams(asked)}`;
  const ofMerchant = (slug: string) =>
    chosen.reduce((sum, { merchant, count }) => sum + (merchant === slug ? count : 0), 0);
  const longest = Math.max(0, ...chosen.map(({ merchant }) => ofMerchant(merchant)));
  return {
    title: `Retry ${total > mostReturnsAtOnce ? 'many' : countOfReturns(total)}?`,
    place: 'Returns',
    formToken,
    updates: 'never',
    content: html`${notice(shownBefore === null ? null : changedWords(shownBefore))}
    <section aria-labelledby="chosen-heading">
      <h2 id="chosen-heading">Chosen by</h2>
      <ul class="plain">${chosenWords(asked).map((words) => html`<li>${words}</li>`)}</ul>
    </section>
    ${total === 0 ? html`<p>That leaves no return that needs attention. Nothing can be retried.</p>` : null}
    ${total > mostReturnsAtOnce ? html`<p>These are more than ${countOfReturns(mostReturnsAtOnce)}, which is as many as can be retried at once. Narrow the list down, for instance by date.</p>` : null}
    ${
      total === 0 || total > mostReturnsAtOnce
        ? null
        : html`${chosenSection(chosen)}
    <section aria-labelledby="will-heading">
      <h2 id="will-heading">What will happen</h2>
      <p>The step that failed is tried again, the oldest return first, ${perSecond} a second at most for each merchant: ${aboutSeconds(longest / perSecond)} in all. A refund that Loop has taken or refused already is not asked for again: a person has to look at that return, and retries it by itself. You see an answer for each, and can stop it at any time.</p>
      <form method="post" action="/console/retries">
        ${hiddenToken(formToken)}${hiddenAll(asked)}${hidden('id', id)}${hidden('shown', String(total))}${hidden('confirm', 'yes')}
        <button>Retry all ${total.toLocaleString('en-US')}</button>
      </form>
    </section>`
    }
    <p><a href="${back}">Back to the list</a></p>`,
  };
}

const changedWords = (shown: number) =>
  `Nothing was done: these are no longer the ${countOfReturns(shown)} that you were asked about. See what is meant now.`;

function chosenSection(chosen: readonly ChosenReturns[]): Html {
  return html`<section aria-labelledby="which-heading">
    <h2 id="which-heading">Which returns</h2>
    ${table(
      'Returns by merchant and cause',
      [{ title: 'Merchant' }, { title: 'Needs attention for' }, { title: 'Returns', isNumber: true }],
      chosen
        .slice(0, mostShown)
        .map(({ merchant, cause, count }) => [
          merchant,
          html`<span class="words">${cause}</span>`,
          count.toLocaleString('en-US'),
        ]),
    )}
    ${chosen.length > mostShown ? html`<p class="hint">The first ${mostShown} causes of ${chosen.length} are shown.</p>` : null}
  </section>`;
}
