import type { AgeingLimits, AgeingStage } from '../../../config/ageing.ts';
import { ageingStages } from '../../../config/ageing.ts';
import type { ConnectionState } from '../../../connections/store.ts';
import type { SetAsideDelivery } from '../../../inbox/set-aside.ts';
import type { AdvisedCause } from '../../../operations/causes.ts';
import { sentence } from '../../../returns/words.ts';
import type { Overdue } from '../../../returns-store/work-list.ts';
import { vendorTerms } from '../../../vendor-terms/vendors.ts';
import { type ReturnQuery, writeReturnQuery } from '../../return-query.ts';
import { type Html, html, returnPath, table, time } from '../html.ts';
import { hiddenToken, live, type Page } from '../layout.ts';
import { causeWords, counted, limitWords, stageWords } from '../list-words.ts';
import { pauseWords } from '../words.ts';
import { kindsOf, mostListed } from './rejected.ts';
import { retryAllForm } from './retry-all.ts';

export interface Work {
  readonly causes: readonly AdvisedCause[];
  /** Whether there are more causes than these. */
  readonly hasMoreCauses: boolean;
  readonly overdue: readonly Overdue[];
  readonly limits: AgeingLimits;
  readonly connections: readonly ConnectionState[];
  readonly rejected: readonly SetAsideDelivery[];
  readonly formToken: string | null;
  readonly mayAct: boolean;
}

/** All that waits for a person, the most pressing first. */
export function workPage(work: Work): Page {
  return {
    title: 'Work',
    place: 'Work',
    formToken: work.formToken,
    updates: 'whole',
    content: html`
      ${needsSection(work)}
      ${overdueSection(work, ageingStages)}
      ${live('connections', 'Paused connections', pausedList(work.connections) ?? fine('None. Every connection works.'))}
      ${rejectedSection(work)}
      <p><a href="/console/retries">Bulk retries so far</a></p>`,
  };
}

const fine = (words: string) => html`<p class="fine">${words}</p>`;

/** What returns need attention for. */
export function needsSection(work: Work): Html {
  const { causes, hasMoreCauses } = work;
  if (causes.length === 0)
    return live('needs', 'Needs attention', fine('Nothing. Every return is on its way or at its end.'));
  const all = causes.reduce((sum, { count }) => sum + count, 0);
  const content = html`<ul class="causes">${causes.map((cause, index) => causeItem(cause, index, work))}</ul>
    ${hasMoreCauses ? html`<p><a href="/console/work">All that needs attention</a></p>` : null}`;
  return live(
    'needs',
    hasMoreCauses ? 'Needs attention' : `Needs attention: ${counted(all, 'return')}`,
    content,
  );
}

function causeItem(shown: AdvisedCause, index: number, work: Work): Html {
  const { merchant, cause, count, since, longest, advice, canRetry } = shown;
  const { headline, rest } = causeWords(cause);
  // The reason often says itself what to do.
  const todo = /\bretry\b/.test(rest) ? rest : [rest, advice ?? ''].join(' ').trim();
  const asked = { merchant, status: 'attention', cause } as const;
  const first = html`<a href="${returnPath(merchant, longest)}">${longest}</a>`;
  return html`<li>
    <div>
      <h3 id="cause-${index}">${headline}</h3>
      <p class="meta">${merchant} · ${
        count === 1
          ? html`return ${first}, ${time(since, 'ago')}`
          : html`<a href="/console/returns?${writeReturnQuery(asked)}"><strong>${counted(count, 'return')}</strong></a>, the first ${first} ${time(since, 'ago')}`
      }</p>
      ${todo === '' ? null : html`<p class="todo"><strong>What to do:</strong> ${todo}</p>`}
    </div>
    ${canRetry && work.mayAct ? retryForm(shown, asked, index, work) : null}
  </li>`;
}

function retryForm(
  { merchant, count, longest }: AdvisedCause,
  asked: ReturnQuery,
  index: number,
  work: Work,
): Html | null {
  if (count > 1) {
    const label = `Retry all ${count.toLocaleString('en')}…`;
    return retryAllForm(asked, work, { label, describedBy: `cause-${index}` });
  }
  return html`<form method="post" action="${returnPath(merchant, longest)}/retry">
    ${hiddenToken(work.formToken)}<button class="quiet" aria-describedby="cause-${index}">Retry</button>
  </form>`;
}

/**
 * What stands still for longer than it should.
 * @param stages those that are shown; the others only where something is overdue
 */
export function overdueSection(
  { overdue, limits }: Pick<Work, 'overdue' | 'limits'>,
  stages: readonly AgeingStage[] = [],
): Html {
  const heading = 'Waiting too long';
  const shown = ageingStages.filter(
    (stage) => stages.includes(stage) || overdue.some((one) => one.stage === stage),
  );
  if (shown.length === 0)
    return live('overdue', heading, fine('Nothing. Everything moves on in its usual time.'));
  return live(
    'overdue',
    heading,
    table(
      'How many returns wait for longer than they should, by where they wait',
      [{ title: 'Where' }, { title: 'For more than' }, { title: 'Returns' }, { title: 'The first since' }],
      shown.map((stage) => {
        const late = overdue.filter((one) => one.stage === stage);
        const first = Math.min(...late.map(({ since }) => since.getTime()));
        return [
          stageWords[stage],
          limitWords(limits[stage]),
          late.length === 0 ? null : overdueLinks(late),
          late.length === 0 ? null : time(new Date(first), 'ago'),
        ];
      }),
    ),
  );
}

function overdueLinks(late: readonly Overdue[]): Html {
  return html`<ul class="inline">${late.map(
    ({ merchant, stage, count }) =>
      html`<li><a href="/console/returns?${writeReturnQuery({ merchant, overdue: stage })}">${merchant} <strong>${count.toLocaleString('en')}</strong></a></li>`,
  )}</ul>`;
}

/** What the paused ones of these connections wait for; null where all of them work. */
export function pausedList(connections: readonly ConnectionState[]): Html | null {
  const paused = connections.filter(isPaused);
  if (paused.length === 0) return null;
  return html`<ul class="alerts">${paused.map(pausedLine)}</ul>`;
}

export function isPaused({ state }: ConnectionState): boolean {
  return state !== 'working';
}

function pausedLine(connection: ConnectionState): Html {
  const { why, since, until } = connection;
  const { what, advice } = pauseWords(connection);
  const from = since === null ? null : html` Since ${time(since)}${until === null ? '.' : null}`;
  return html`<li><strong>${what}.</strong>${from}${until === null ? null : html`, next try ${time(until)}.`} ${why === null ? null : sentence(why)} ${advice}</li>`;
}

/** What vendors sent that told no return anything. */
export function rejectedSection({ rejected }: Pick<Work, 'rejected'>): Html {
  if (rejected.length === 0)
    return live('rejected', 'Rejected deliveries', fine('None. Everything that came was understood.'));
  const all = rejected.length < mostListed ? `all ${rejected.length}` : `${mostListed} or more`;
  return live(
    'rejected',
    'Rejected deliveries',
    html`<ul class="alerts">
      ${kindsOf(rejected)
        .slice(0, 5)
        .map(
          ({ merchant, source, why, deliveries }) =>
            html`<li><strong>${merchant}: ${deliveries.length} from ${vendorTerms[source].name}</strong>. ${why}</li>`,
        )}
    </ul>
    <p>A vendor sent what this version does not understand, so these told no return anything. They are kept: install a version that does, then replay them.</p>
    <p><a href="/console/rejected">See and replay ${all}</a></p>`,
  );
}
