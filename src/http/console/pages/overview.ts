import type { ConnectionState } from '../../../connections/store.ts';
import { type Status, statuses } from '../../../returns/return.ts';
import type { Day, StatusCount } from '../../../returns-store/statistics.ts';
import { vendors, vendorTerms } from '../../../vendor-terms/vendors.ts';
import { type Html, html, table, time } from '../html.ts';
import { live, type Page } from '../layout.ts';
import { statusWords } from '../status-words.ts';
import { statisticsSections } from './statistics.ts';
import { isPaused, needsSection, overdueSection, pausedList, rejectedSection, type Work } from './work.ts';

export interface Overview {
  readonly merchants: readonly string[];
  readonly work: Work;
  readonly counts: readonly StatusCount[];
  /** How many parcels nobody announced. */
  readonly unannounced: number;
  readonly days: readonly Day[];
  readonly formToken: string | null;
}

/** What needs attention first, then how everything stands. */
export function overviewPage(overview: Overview): Page {
  const { work } = overview;
  return {
    title: 'Overview',
    place: 'Overview',
    formToken: overview.formToken,
    updates: 'whole',
    content: html`
      ${needsSection(work)}
      ${overdueSection(work)}
      <div class="columns">
        ${live('connections', 'Connections', connectionsOf(overview))}
        ${rejectedSection(work)}
      </div>
      ${live('counts', 'Returns by status', html`${countTable(overview)}${unannouncedLink(overview)}`)}
      ${statisticsSections(overview.days)}`,
  };
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

function connectionsOf({ merchants, work: { connections } }: Overview): Html {
  const all = merchants.length * vendors.length;
  if (all === 0) return html`<p class="fine">There are none.</p>`;
  const paused = connections.filter(isPaused).length;
  return html`
    ${pausedList(connections)}
    <p class="fine">${paused === 0 ? `All ${all} work.` : `The other ${all - paused} work.`}</p>
    <details id="connections-table"><summary>Each connection</summary>${connectionTable(merchants, connections)}</details>`;
}

function connectionTable(merchants: readonly string[], connections: readonly ConnectionState[]): Html {
  const rows = merchants.flatMap((merchant) =>
    vendors.map((vendor): ConnectionState => {
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
    ],
    rows.map(({ merchant, vendor, state, since, until }) => [
      merchant,
      vendorTerms[vendor].name,
      html`<span class="badge badge-${state}">${state}</span>`,
      since === null ? null : time(since),
      until === null ? null : time(until),
    ]),
  );
}
