import type { ConnectionState } from '../../../connections/store.ts';
import type { SetAsideDelivery } from '../../../inbox/set-aside.ts';
import { type Status, statuses } from '../../../returns/return.ts';
import { sentence } from '../../../returns/words.ts';
import type { Day, StatusCount } from '../../../returns-store/statistics.ts';
import type { ReturnSummary } from '../../../returns-store/summary.ts';
import { vendorTerms } from '../../../vendor-terms/vendors.ts';
import { type Html, html, returnPath, table, time } from '../html.ts';
import { live, type Page } from '../layout.ts';
import { statusWords } from '../status-words.ts';
import { pauseWords } from '../words.ts';
import { kindsOf, mostListed } from './rejected.ts';
import { statisticsSections } from './statistics.ts';

export interface Overview {
  readonly merchants: readonly string[];
  /** The newest that need attention. */
  readonly attention: readonly ReturnSummary[];
  readonly counts: readonly StatusCount[];
  /** How many parcels nobody announced. */
  readonly unannounced: number;
  readonly connections: readonly ConnectionState[];
  readonly rejected: readonly SetAsideDelivery[];
  readonly days: readonly Day[];
  readonly formToken: string | null;
}

/** What needs attention first, then how everything stands. */
export function overviewPage(overview: Overview): Page {
  return {
    title: 'Overview',
    place: 'Overview',
    formToken: overview.formToken,
    updates: 'whole',
    content: html`
      ${live('needs', 'Needs attention', needs(overview))}
      ${live('counts', 'Returns by status', html`${countTable(overview)}${unannouncedLink(overview)}`)}
      ${live('connections', 'Connections', connectionTable(overview))}
      ${statisticsSections(overview.days)}`,
  };
}

function needs({ attention, counts, connections, rejected }: Overview): Html {
  const paused = connections.filter(({ state }) => state !== 'working');
  if (attention.length + rejected.length + paused.length === 0) {
    return html`<p class="fine">Nothing. Every return is on its way or at its end.</p>`;
  }
  return html`
    ${paused.length === 0 ? null : html`<h3>Paused connections</h3><ul class="alerts">${paused.map(pausedLine)}</ul>`}
    ${rejected.length === 0 ? null : html`<h3>Rejected deliveries</h3>${rejectedLines(rejected)}`}
    ${attention.length === 0 ? null : html`<h3>Returns</h3>${attentionTable(attention, counts)}`}`;
}

function pausedLine(connection: ConnectionState): Html {
  const { why, since, until } = connection;
  const { what, advice } = pauseWords(connection);
  return html`<li><strong>${what}</strong>${since === null ? null : html` since ${time(since)}`}${until === null ? null : html`, next try at ${time(until)}`}. ${why === null ? null : sentence(why)} ${advice}</li>`;
}

function rejectedLines(rejected: readonly SetAsideDelivery[]): Html {
  const kinds = kindsOf(rejected);
  return html`<ul class="alerts">
      ${kinds.slice(0, 5).map(({ merchant, source, why, deliveries }) => html`<li><strong>${merchant}: ${deliveries.length} from ${vendorTerms[source].name}</strong>. ${why}</li>`)}
    </ul>
    <p>A vendor sent what this version does not understand, so these told no return anything. They are kept: install a version that does, then replay them.</p>
    <p><a href="/console/rejected">See and replay ${rejected.length < mostListed ? `all ${rejected.length}` : `${mostListed} or more`}</a></p>`;
}

function attentionTable(attention: readonly ReturnSummary[], counts: readonly StatusCount[]): Html {
  const all = counts.reduce((sum, one) => sum + (one.status === 'attention' ? one.count : 0), 0);
  return html`${table(
    'Returns that need attention, newest first',
    [
      { title: 'Return' },
      { title: 'Merchant' },
      { title: 'Order' },
      { title: 'Reason' },
      { title: 'Created' },
    ],
    attention.map((one) => [
      html`<a href="${returnPath(one.merchant, one.loopReturnId)}">${one.loopReturnId}</a>`,
      one.merchant,
      one.orderName,
      html`<span class="words">${one.reason}</span>`,
      time(one.createdAt),
    ]),
  )}
  ${all <= attention.length ? null : html`<p><a href="/console/returns?status=attention">See all ${all} that need attention</a></p>`}`;
}

function countTable({ merchants, counts }: Overview): Html {
  const known = [...new Set([...merchants, ...counts.map(({ merchant }) => merchant)])].sort();
  if (known.length === 0) return html`<p>There is no merchant in the merchants file.</p>`;
  const countOf = (merchant: string, status: Status) =>
    counts.find((one) => one.merchant === merchant && one.status === status)?.count ?? 0;
  return table(
    'How many returns each merchant has in each status',
    [{ title: 'Merchant' }, ...statuses.map((status) => ({ title: statusWords[status], isNumber: true }))],
    known.map((merchant) => [
      html`<a href="/console/returns?${new URLSearchParams({ merchant })}">${merchant}</a>`,
      ...statuses.map((status) => countLink(merchant, status, countOf(merchant, status))),
    ]),
  );
}

function unannouncedLink({ unannounced }: Overview): Html | null {
  if (unannounced === 0) return null;
  const parcels = unannounced === 1 ? '1 parcel' : `${unannounced.toLocaleString('en')} parcels`;
  return html`<p class="hint"><a href="/console/parcels">${parcels} nobody announced</a></p>`;
}

function countLink(merchant: string, status: Status, count: number): Html | null {
  if (count === 0) return null;
  const label = `${count} ${statusWords[status]}, ${merchant}`;
  return html`<a class="${status === 'attention' ? 'trouble' : ''}" href="/console/returns?${new URLSearchParams({ merchant, status })}" aria-label="${label}">${count.toLocaleString('en')}</a>`;
}

function connectionTable({ merchants, connections }: Overview): Html {
  const rows = merchants.flatMap((merchant) =>
    (['loop', 'masonhub'] as const).map((vendor): ConnectionState => {
      const known = connections.find((one) => one.merchant === merchant && one.vendor === vendor);
      return (
        known ?? { merchant, vendor, state: 'working', why: null, since: null, until: null, nextTurnInMs: 0 }
      );
    }),
  );
  return table(
    "How each merchant's connections stand",
    [
      { title: 'Merchant' },
      { title: 'Vendor' },
      { title: 'State' },
      { title: 'Since' },
      { title: 'Next try' },
      { title: 'Why' },
    ],
    rows.map(({ merchant, vendor, state, why, since, until }) => [
      merchant,
      vendorTerms[vendor].name,
      html`<span class="badge badge-${state}">${state}</span>`,
      since === null ? null : time(since),
      until === null ? null : time(until),
      why,
    ]),
  );
}
