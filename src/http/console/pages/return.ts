import type { Merchant } from '../../../config/merchants.ts';
import type { ConnectionState } from '../../../connections/store.ts';
import type { ShownReturn } from '../../../operations/operations.ts';
import { adviceFor } from '../../../returns/advice.ts';
import { trackingNumbersOf } from '../../../returns/package.ts';
import { isRetryable } from '../../../returns/record.ts';
import type { Return } from '../../../returns/return.ts';
import { policyOf } from '../../../returns/ruling.ts';
import { statusOf } from '../../../returns/status.ts';
import { sentence } from '../../../returns/words.ts';
import type { ReturnSummary } from '../../../returns-store/summary.ts';
import { loopAdminUrl } from '../../../vendor-terms/loop.ts';
import { masonHubUrl } from '../../../vendor-terms/masonhub.ts';
import { type Html, html, returnPath, statusBadge, time } from '../html.ts';
import { hiddenToken, live, notice, type Page } from '../layout.ts';
import { policyWords } from '../policy-words.ts';
import { pauseWords, vendorsAwaited, waitsFor } from '../words.ts';
import { parcelsOf } from './return-parcels.ts';
import { lifeLine, story } from './return-story.ts';

export interface ReturnPageParts {
  readonly summary: ShownReturn;
  readonly facts: Return;
  /** Undefined where the merchant is no longer in the merchants file. */
  readonly merchant: Merchant | undefined;
  /** How the merchant's connections stand. */
  readonly connections: readonly ConnectionState[];
  readonly done: string | null;
  readonly formToken: string | null;
  readonly mayAct: boolean;
}

/** One return: how it stands, what to do, what came of what was asked for, what was decided, and all that happened. */
export function returnPage(shown: ReturnPageParts): Page {
  const { summary, facts, done, formToken } = shown;
  return {
    title: `Return ${summary.loopReturnId}`,
    place: 'Returns',
    formToken,
    updates: 'whole',
    content: html`${notice(done)}
      ${live('state', 'How it stands', standing(shown))}
      ${live('parcels', 'What was asked for, and what came', parcelsOf(facts))}
      <div class="columns">
        ${live('decided', 'What was decided', decided(facts))}
        ${live('loop', 'What the merchant sees in Loop', seenInLoop(facts))}
      </div>
      ${live('timeline', 'What happened', story(summary.timeline, summary.calls))}`,
  };
}

function standing({ summary, facts, merchant, connections, formToken, mayAct }: ReturnPageParts): Html {
  const advice = adviceFor(facts);
  const { status, reason } = summary;
  const waiting = advice === null ? waitsFor(facts, status) : null;
  const paused = connections.filter(
    ({ state, vendor }) => state !== 'working' && vendorsAwaited(facts, status).includes(vendor),
  );
  return html`
    <div class="panel ${status === 'attention' ? 'trouble' : ''}">
      <p>${statusBadge(status)} <span class="soft">${time(summary.statusSince, 'ago')}</span></p>
      ${reason === null ? null : html`<p class="reason">${reason}</p>`}
      ${waiting === null ? null : html`<p>${waiting}</p>`}
      ${paused.map(pausedLine)}
      ${advice === null ? null : html`<p><strong>What to do:</strong> ${advice}</p>`}
      ${mayAct && merchant !== undefined && isRetryable(facts) ? retryForm(summary, formToken) : null}
    </div>
    ${lifeLine(summary)}
    ${factList(summary, facts)}
    <p class="links"><a href="${loopAdminUrl(summary.loopReturnId)}" rel="noreferrer">The return in Loop</a>
    ${merchant === undefined ? null : html`<a href="${masonHubUrl(merchant.masonhub.apiUrl)}" rel="noreferrer">The merchant's account in MasonHub</a>`}</p>`;
}

function factList(summary: ReturnSummary, facts: Return): Html {
  const numbers = trackingNumbersOf(facts);
  return html`<dl class="facts">
    ${fact('Merchant', summary.merchant)}
    ${fact('Order', summary.orderName)}
    ${fact('Return id', copyable(summary.loopReturnId, 'return id'))}
    ${fact('RMA number', copyable(summary.rmaNumber, 'RMA number'))}
    ${fact(
      numbers.length > 1 ? 'Tracking numbers' : 'Tracking number',
      numbers.length === 0
        ? null
        : html`<ul class="plain">${numbers.map((number) => html`<li>${copyable(number, 'tracking number')}</li>`)}</ul>`,
    )}
  </dl>`;
}

/** A number with a button that copies it; without script there is none. */
function copyable(text: string, what: string): Html {
  return html`${text} <button type="button" class="copy" data-copy="${text}" aria-label="Copy the ${what} ${text}"></button>`;
}

function pausedLine(connection: ConnectionState): Html {
  const { what, advice } = pauseWords(connection);
  const { why } = connection;
  return html`<p><strong>${what}.</strong> ${why === null ? null : sentence(why)} ${advice}</p>`;
}

function retryForm({ merchant, loopReturnId }: ReturnSummary, formToken: string | null): Html {
  return html`<form method="post" action="${returnPath(merchant, loopReturnId)}/retry">
    ${hiddenToken(formToken)}<button id="retry">Retry</button>
  </form>`;
}

function fact(name: string, value: Html | string | null): Html {
  return html`<div><dt>${name}</dt><dd>${value ?? '–'}</dd></div>`;
}

function decided(facts: Return): Html {
  const { outcome, sent } = facts;
  const policy = html`<p class="hint">The policy of when the RMA was sent:</p>
    <ul class="hint rules">${policyWords(policyOf(facts)).map((rule) => html`<li>${rule}</li>`)}</ul>`;
  if (outcome === null) return html`<p>Nothing yet.</p>${sent === null ? null : policy}`;
  // The reason beside the status mostly is the decision's own, and stands above.
  const why = statusOf(facts).reason === outcome.why ? null : html`<p>${outcome.why}</p>`;
  return html`<p><strong>${decisionNames[outcome.kind]}</strong></p>
    ${why}
    ${policy}`;
}

/** What Loop shows the merchant of all this, as far as it is known. */
function seenInLoop({ loop, outcome }: Return): Html {
  const sent = outcome !== null && 'message' in outcome ? outcome : null;
  return html`<dl class="facts stacked">
    ${fact('State of the return', loop?.stateWord ?? loop?.state ?? null)}
    ${fact('Message', sent === null ? 'None was sent' : `${messageNames[sent.kind]}, ${messageStands[sent.message]}`)}
    ${fact('Note', sent === null || sent.note === null ? null : html`<q>${sent.note}</q> ${noteStands[sent.noteState]}`)}
  </dl>`;
}

const decisionNames = {
  process: 'Refund',
  flag: 'Flag for review',
  hold: 'Hold: nothing is sent',
  none: 'Nothing is sent',
};
const messageNames = { process: 'Process the return', flag: 'Flag the return for review' };
const messageStands = { due: 'on its way', accepted: 'accepted', refused: 'refused' };
const noteStands = { none: '', due: '(to follow)', added: '(added)', refused: '(refused)' };
