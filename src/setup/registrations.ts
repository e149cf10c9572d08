import { type WantedWebhook, WEBHOOKS, type Webhook } from '../vendors/loop/webhooks-api.ts';
import { CALLBACK_VERSION, type Callback } from '../vendors/masonhub/callbacks-api.ts';

/**
 * What is to be done on both sides so that the vendors' messages come here: from what is registered to a plan.
 * A registration with our path at another host is ours, from before the service moved; any other is left alone.
 */

export type WebhookStep =
  | { readonly kind: 'create'; readonly wanted: WantedWebhook }
  | { readonly kind: 'activate'; readonly id: string; readonly wanted: WantedWebhook }
  | { readonly kind: 'move'; readonly id: string; readonly from: string; readonly wanted: WantedWebhook };

export interface WebhookPlan {
  readonly steps: readonly WebhookStep[];
  /** The triggers whose webhook is as it should be. */
  readonly good: readonly string[];
  /** Webhooks of the same triggers that go elsewhere as well, and others that come here. They stay as they are. */
  readonly left: readonly Webhook[];
}

export interface CallbackPlan {
  /** Why it has to be registered; null: it is as it should be. */
  readonly register: string | null;
  /** Ids of what the new registration supersedes. */
  readonly supersedes: readonly string[];
  /** Where one of ours goes already; one to the same address can stand in the new one's way. */
  readonly before: 'nowhere' | 'elsewhere' | 'here';
  readonly left: readonly Callback[];
}

export function webhookPath(slug: string): string {
  return `/webhooks/loop/${slug}`;
}

export function callbackPath(slug: string): string {
  return `/callbacks/masonhub/${slug}`;
}

/**
 * @param active whether webhooks may be active: not before the service knows the secret they are signed with
 */
export function planWebhooks(
  registered: readonly Webhook[],
  publicUrl: string,
  slug: string,
  active: boolean,
): WebhookPlan {
  const url = publicUrl + webhookPath(slug);
  const good: string[] = [];
  const steps: WebhookStep[] = [];
  const used = new Set<string>();
  for (const { topic, trigger } of WEBHOOKS) {
    const same = registered.filter((webhook) => webhook.trigger === trigger);
    const here = same.filter((webhook) => isSameUrl(webhook.url, url));
    const best = here.find((webhook) => webhook.active) ?? here[0];
    const moved = same.find((webhook) => hasPath(webhook.url, webhookPath(slug)));
    const wanted = { topic, trigger, url, active };
    if (best !== undefined) {
      used.add(best.id);
      if (best.active || !active) good.push(trigger);
      else steps.push({ kind: 'activate', id: best.id, wanted });
    } else if (moved !== undefined) {
      used.add(moved.id);
      steps.push({ kind: 'move', id: moved.id, from: moved.url, wanted });
    } else steps.push({ kind: 'create', wanted });
  }
  const triggers = new Set<string>(WEBHOOKS.map(({ trigger }) => trigger));
  const left = registered.filter(
    (webhook) => !used.has(webhook.id) && (triggers.has(webhook.trigger) || isSameUrl(webhook.url, url)),
  );
  return { good, steps, left };
}

/**
 * @param renew registers it again although it looks right: whether MasonHub has the token of now cannot be seen
 */
export function planCallback(
  registered: readonly Callback[],
  publicUrl: string,
  slug: string,
  renew: boolean,
): CallbackPlan {
  const url = publicUrl + callbackPath(slug);
  const here = registered.filter((callback) => isSameUrl(callback.url, url));
  const ours = registered.filter(
    (callback) => here.includes(callback) || hasPath(callback.url, callbackPath(slug)),
  );
  const fit = here.find((callback) => whyNot(callback, url) === null);
  const before = here.length > 0 ? 'here' : ours.length > 0 ? 'elsewhere' : 'nowhere';
  if (fit !== undefined && !renew) {
    return {
      register: null,
      supersedes: [],
      before,
      left: registered.filter((callback) => callback !== fit),
    };
  }
  const left = registered.filter((callback) => !ours.includes(callback));
  const first = here[0] ?? ours[0];
  const why = first === undefined ? 'it is not registered' : (whyNot(first, url) ?? 'asked for');
  return { register: why, supersedes: ours.flatMap(({ id }) => id ?? []), before, left };
}

function whyNot(callback: Callback, url: string): string | null {
  if (!isSameUrl(callback.url, url)) return `it goes to ${shownUrl(callback.url)}`;
  if (callback.version !== CALLBACK_VERSION) return `it has the version ${callback.version ?? '1.0'}`;
  return null;
}

function isSameUrl(one: string, other: string): boolean {
  const [first, second] = [URL.parse(one), URL.parse(other)];
  return first !== null && second !== null && first.href === second.href;
}

function hasPath(url: string, path: string): boolean {
  return URL.parse(url)?.pathname.endsWith(path) ?? false;
}

/** Others put tokens into their addresses' queries, which are nobody's business here. */
export function shownUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? 'an address that cannot be read' : `${url.origin}${url.pathname}`;
}
