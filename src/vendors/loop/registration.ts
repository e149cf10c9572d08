import { hasPath, isSameUrl, shownUrl } from '../addresses.ts';
import { type WantedWebhook, WEBHOOKS, type Webhook } from './webhooks-api.ts';

/**
 * What is to be done so that Loop's messages come here: from what is registered to a plan. A registration with our
 * path at another host is ours, from before the service moved; any other is left alone.
 */

export type WebhookStep =
  | { readonly kind: 'create'; readonly wanted: WantedWebhook }
  | { readonly kind: 'activate'; readonly id: string; readonly wanted: WantedWebhook }
  | { readonly kind: 'move'; readonly id: string; readonly from: string; readonly wanted: WantedWebhook };

export interface WebhookPlan {
  readonly steps: readonly WebhookStep[];
  /** The triggers whose webhook is as it should be. */
  readonly good: readonly string[];
  /** Webhooks of the same triggers that go elsewhere as well, or have another topic, and others that come here. They stay as they are. */
  readonly left: readonly Webhook[];
}

export function webhookPath(slug: string): string {
  return `/webhooks/loop/${slug}`;
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
    const same = registered.filter(
      (webhook) => webhook.trigger === trigger && (webhook.topic ?? topic) === topic,
    );
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

/** A webhook in words. Its topic is named where its deliveries hold something else than its trigger says. */
export function describeWebhook({ topic, trigger, url }: Webhook): string {
  const usual = WEBHOOKS.find((webhook) => webhook.trigger === trigger)?.topic ?? topic;
  const name = topic === usual || topic === null ? trigger : `${trigger} with the topic ${topic}`;
  return `${name} to ${shownUrl(url)}`;
}
