import type { Source } from '../../../inbox/delivery.ts';
import type { RejectedDelivery } from '../../../inbox/rejected.ts';
import { type Html, html, table, time } from '../html.ts';
import { hiddenToken, live, notice, type Page } from '../layout.ts';
import { vendorNames } from '../words.ts';

/** Rejected deliveries of one merchant and source that share a reason. */
export interface Kind {
  readonly merchant: string;
  readonly source: Source;
  readonly why: string;
  readonly deliveries: readonly RejectedDelivery[];
}

/** How many are looked at: so many have few reasons, and after a replay come the next. */
export const mostRejected = 500;

/** What was rejected for the same reason is solved, and replayed, together. */
export function kindsOf(rejected: readonly RejectedDelivery[]): Kind[] {
  const groups = Map.groupBy(rejected, ({ merchant, source, why }) =>
    JSON.stringify([merchant, source, why]),
  );
  return [...groups.values()].flatMap((deliveries) => {
    const [first] = deliveries;
    if (first === undefined) return [];
    const { merchant, source, why } = first;
    return [{ merchant, source, why, deliveries }];
  });
}

export interface RejectedList {
  readonly rejected: readonly RejectedDelivery[];
  readonly done: string | null;
  readonly formToken: string | null;
}

/** What vendors sent and this version did not understand. What was in it is personal and is not shown. */
export function rejectedPage({ rejected, done, formToken }: RejectedList): Page {
  return {
    title: 'Rejected deliveries',
    place: 'Rejected deliveries',
    formToken,
    updates: 'whole',
    content: html`${notice(done)}
      <p>These came from a vendor, and this service did not understand them. They are kept as they came. A replay reads them again, which helps once a newer version understands them.</p>
      ${live('rejected', 'By reason', kindList(kindsOf(rejected), formToken))}
      ${rejected.length < mostRejected ? null : html`<p class="hint">There may be more: the first ${mostRejected} are shown.</p>`}`,
  };
}

function kindList(kinds: readonly Kind[], formToken: string | null): Html {
  if (kinds.length === 0) return html`<p class="fine">None.</p>`;
  return html`${kinds.map((kind, index) => kindArticle(kind, index, formToken))}`;
}

const mostShown = 20;

function kindArticle(
  { merchant, source, why, deliveries }: Kind,
  index: number,
  formToken: string | null,
): Html {
  const all = deliveries.length === 1 ? 'Replay it' : 'Replay all of them';
  return html`<article aria-labelledby="kind-${index}">
    <h3 id="kind-${index}">${merchant}, ${deliveries.length} from ${vendorNames[source]}</h3>
    <p class="reason">${why}</p>
    <form method="post" action="/console/rejected/replay">
      ${hiddenToken(formToken)}${hidden('merchant', merchant)}${hidden('source', source)}${hidden('why', why)}
      <button aria-describedby="kind-${index}">${all}</button>
    </form>
    <details id="kind-${index}-deliveries"><summary>One by one</summary>
      ${table(
        `Deliveries of ${merchant} that were rejected for this reason`,
        [{ title: 'Received' }, { title: 'Delivery' }, { title: 'Replay' }],
        deliveries.slice(0, mostShown).map((one) => [
          time(one.receivedAt, true),
          html`<code title="${one.key}">${shortKey(one.key)}</code>`,
          html`<form method="post" action="/console/rejected/replay">
            ${hiddenToken(formToken)}${hidden('merchant', merchant)}${hidden('source', source)}${hidden('key', one.key)}
            <button class="quiet" aria-label="Replay delivery ${shortKey(one.key)}">Replay</button>
          </form>`,
        ]),
      )}
      ${deliveries.length > mostShown ? html`<p class="hint">The first ${mostShown} are shown.</p>` : null}
    </details>
  </article>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

/** Loop's deliveries are named by a hash, of which the start is enough for people. */
function shortKey(key: string): string {
  return key.length > 20 ? `${key.slice(0, 16)}…` : key;
}
