import type { Source } from '../../../inbox/delivery.ts';
import type { SetAsideDelivery, SetAsideResult } from '../../../inbox/set-aside.ts';
import { vendorTerms } from '../../../vendor-terms/vendors.ts';
import { type Html, html, table, time } from '../html.ts';
import { hiddenToken, live, notice, type Page } from '../layout.ts';

/** Deliveries of one merchant and source that were set aside for one reason. */
export interface Kind {
  readonly merchant: string;
  readonly source: Source;
  readonly why: string;
  readonly deliveries: readonly SetAsideDelivery[];
}

/** How many are looked at: so many have few reasons, and after a replay come the next. */
export const mostListed = 500;

/** What was set aside for the same reason is solved, and replayed, together. */
export function kindsOf(deliveries: readonly SetAsideDelivery[]): Kind[] {
  const groups = Map.groupBy(deliveries, ({ merchant, source, why }) =>
    JSON.stringify([merchant, source, why]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { merchant, source, why } = first;
    return [{ merchant, source, why, deliveries: group }];
  });
}

export interface SetAsideList {
  readonly result: SetAsideResult;
  readonly deliveries: readonly SetAsideDelivery[];
  readonly done: string | null;
  readonly formToken: string | null;
  readonly mayAct: boolean;
}

/** What vendors sent that told no return anything. What was in it is personal and is not shown. */
export function rejectedPage({ result, deliveries, done, formToken, mayAct }: SetAsideList): Page {
  const button = { formToken, mayAct };
  const { title, lead, other } = words[result];
  return {
    title,
    place: 'Rejected deliveries',
    formToken,
    updates: 'whole',
    content: html`${notice(done)}
      <p>${lead}</p>
      ${live(result, 'By reason', kindList(result, kindsOf(deliveries), button))}
      ${deliveries.length < mostListed ? null : html`<p class="hint">There may be more: the first ${mostListed} are shown.</p>`}
      <p class="hint">${other}</p>`,
  };
}

const words = {
  rejected: {
    title: 'Rejected deliveries',
    lead: 'These came from a vendor, and this service did not understand them. They are kept as they came. A replay reads them again, which helps once a newer version understands them.',
    other: html`What was understood as nothing that concerns a return is among the <a href="/console/rejected?result=ignored">ignored deliveries</a>.`,
  },
  ignored: {
    title: 'Ignored deliveries',
    lead: 'These came from a vendor, and to this version they are nothing that concerns a return: another topic, for instance, or a parcel without an RMA that is not opened yet. That is usual. They are kept as they came. A replay reads them again, which helps once a newer version understands more.',
    other: html`What was not understood is among the <a href="/console/rejected">rejected deliveries</a>.`,
  },
};

type ReplayButton = Pick<SetAsideList, 'formToken' | 'mayAct'>;

function kindList(result: SetAsideResult, kinds: readonly Kind[], button: ReplayButton): Html {
  if (kinds.length === 0) return html`<p class="fine">None.</p>`;
  return html`${kinds.map((kind, index) => kindArticle(result, kind, index, button))}`;
}

const mostShown = 20;

function kindArticle(
  result: SetAsideResult,
  { merchant, source, why, deliveries }: Kind,
  index: number,
  { formToken, mayAct }: ReplayButton,
): Html {
  const all = deliveries.length === 1 ? 'Replay it' : 'Replay all of them';
  return html`<article aria-labelledby="kind-${index}">
    <h3 id="kind-${index}">${merchant}, ${deliveries.length} from ${vendorTerms[source].name}</h3>
    <p class="reason">${why}</p>
    ${
      mayAct
        ? html`<form method="post" action="/console/rejected/replay">
      ${hiddenToken(formToken)}${hidden('result', result)}${hidden('merchant', merchant)}${hidden('source', source)}${hidden('why', why)}
      <button aria-describedby="kind-${index}">${all}</button>
    </form>`
        : null
    }
    <details id="kind-${index}-deliveries"><summary>One by one</summary>
      ${table(
        `Deliveries of ${merchant} that were ${result} for this reason`,
        [{ title: 'Received' }, { title: 'Delivery' }, { title: 'Replay' }],
        deliveries.slice(0, mostShown).map((one) => [
          time(one.receivedAt, 'exact'),
          html`<code title="${one.key}">${shortKey(one.key)}</code>`,
          mayAct
            ? html`<form method="post" action="/console/rejected/replay">
            ${hiddenToken(formToken)}${hidden('result', result)}${hidden('merchant', merchant)}${hidden('source', source)}${hidden('key', one.key)}
            <button class="quiet" aria-label="Replay delivery ${shortKey(one.key)}">Replay</button>
          </form>`
            : null,
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
