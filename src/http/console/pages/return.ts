import type { Merchant } from '../../../config/merchants.ts';
import type { VendorCall } from '../../../connections/calls.ts';
import type { ConnectionState } from '../../../connections/store.ts';
import type { ShownReturn } from '../../../operations/operations.ts';
import { adviceFor } from '../../../returns/advice.ts';
import { describePolicy } from '../../../returns/policy.ts';
import { isRetryable } from '../../../returns/record.ts';
import type { Return, Rma } from '../../../returns/return.ts';
import { policyOf } from '../../../returns/ruling.ts';
import { sentence } from '../../../returns/words.ts';
import type { TimelineLine } from '../../../returns-store/queries.ts';
import type { ReturnSummary } from '../../../returns-store/summary.ts';
import { loopAdminUrl } from '../../../vendor-terms/loop.ts';
import { masonHubUrl } from '../../../vendor-terms/masonhub.ts';
import { vendorTerms } from '../../../vendor-terms/vendors.ts';
import { eventWords } from '../event-words.ts';
import { type Html, html, returnPath, statusBadge, table, time } from '../html.ts';
import { hiddenToken, live, notice, type Page } from '../layout.ts';
import { decisionWords, pauseWords, vendorsAwaited, waitsFor } from '../words.ts';
import { whatCame } from './receipts.ts';

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

/** One return: how it stands, what to do, what was asked for, what came, what was decided, and all that happened. */
export function returnPage(shown: ReturnPageParts): Page {
  const { summary, facts, done, formToken } = shown;
  return {
    title: `Return ${summary.loopReturnId}`,
    place: 'Returns',
    formToken,
    updates: 'whole',
    content: html`${notice(done)}
      ${live('state', 'How it stands', standing(shown))}
      <div class="columns">
        ${live('asked', 'What was asked for', asked(facts))}
        ${live('came', 'What came', whatCame(facts))}
        ${live('decided', 'What was decided', decided(facts))}
      </div>
      ${live('timeline', 'What happened', timeline(summary.timeline, summary.calls))}`,
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
      <p>${statusBadge(status)} last changed ${time(summary.updatedAt)}</p>
      ${reason === null ? null : html`<p class="reason">${reason}</p>`}
      ${waiting === null ? null : html`<p>${waiting}</p>`}
      ${paused.map(pausedLine)}
      ${advice === null ? null : html`<p><strong>What to do:</strong> ${advice}</p>`}
      ${mayAct && merchant !== undefined && isRetryable(facts) ? retryForm(summary, formToken) : null}
    </div>
    <dl class="facts">
      ${fact('Merchant', summary.merchant)}
      ${fact('Order', summary.orderName)}
      ${fact('Tracking number', summary.trackingNumber)}
      ${fact('State in Loop', facts.loop?.state ?? null)}
      ${fact('Created', time(summary.createdAt))}
    </dl>
    <p class="links"><a href="${loopAdminUrl(summary.loopReturnId)}" rel="noreferrer">The return in Loop</a>
    ${merchant === undefined ? null : html`<a href="${masonHubUrl(merchant.masonhub.apiUrl)}" rel="noreferrer">The merchant's account in MasonHub</a> <span class="hint">(RMA ${summary.rmaNumber})</span>`}</p>`;
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

function asked({ confirmed, sent, wanted }: Return): Html {
  if (confirmed !== null) return html`${rmaTable(confirmed)}<p class="hint">MasonHub has this RMA.</p>`;
  if (sent !== null) return html`${rmaTable(sent)}<p class="hint">Sent to MasonHub, not accepted yet.</p>`;
  if (wanted === null || wanted.kind === 'unknown') return html`<p>Not known yet.</p>`;
  if (wanted.kind === 'rma')
    return html`${rmaTable(wanted.rma)}<p class="hint">Not sent to MasonHub yet.</p>`;
  return html`<p>No RMA. ${wanted.why}</p>`;
}

function rmaTable({ lines, packageId, receiveInto }: Rma): Html {
  const isOther = lines.some(({ reason, note }) => reason === 'other' && note !== null);
  return html`${table(
    'Lines of the RMA',
    [{ title: 'SKU' }, { title: 'Units', isNumber: true }, { title: 'Reason' }],
    lines.map(({ sku, units, reason, note }) => [sku, units, note === null ? reason : `${reason} (${note})`]),
  )}<p class="hint">Package ${packageId}, to be received into ${receiveInto}.</p>
  ${isOther ? html`<p class="hint">A reason that is not in the merchant's returnReasons goes out as <code>other</code>. It holds nothing up.</p>` : null}`;
}

function decided(facts: Return): Html {
  const { outcome, sent } = facts;
  const policy = html`<p class="hint">The policy of when the RMA was sent: ${describePolicy(policyOf(facts))}</p>`;
  if (outcome === null) return html`<p>Nothing yet.</p>${sent === null ? null : policy}`;
  const note = 'message' in outcome ? outcome.note : null;
  return html`<p><strong>${decisionWords(outcome)}</strong></p>
    <p>${outcome.why}</p>
    ${note === null ? null : html`<p>Note: <q>${note}</q></p>`}
    ${policy}`;
}

/** What happened and the calls to the vendors, in the order in which they began. */
function timeline(entries: readonly TimelineLine[], calls: readonly VendorCall[]): Html {
  const lines = [
    ...calls.map((call) => ({ at: call.at, line: callLine(call) })),
    ...entries.map((entry) => ({ at: entry.at, line: entryLine(entry) })),
  ].toSorted((one, other) => one.at.getTime() - other.at.getTime());
  return html`<ol class="timeline">${lines.map(({ line }) => line)}</ol>`;
}

function entryLine({ at, event, detail }: TimelineLine): Html {
  const { from, to, what } = eventWords(event);
  return html`<li class="${event === 'attention' ? 'trouble' : ''}">
    ${time(at, true)}
    <span class="who">${from}${to === null ? null : ` to ${to}`}</span>
    <span class="what">${what} <code>${event}</code>${detail === null ? null : html`<span class="detail">${detail}</span>`}</span>
  </li>`;
}

function callLine({ at, vendor, request, body, answer, tookMs }: VendorCall): Html {
  const asked = html`<code>${request}</code>`;
  return html`<li class="call">
    ${time(at, true)}
    <span class="who">call to ${vendorTerms[vendor].name}</span>
    <div class="what">
      ${body === null ? asked : html`<details><summary>${asked}</summary><code class="detail">${body}</code></details>`}
      <code class="detail">${answer} (${tookMs} ms)</code>
    </div>
  </li>`;
}
