import { WEBHOOKS } from '../../src/vendors/loop/webhooks-api.ts';
import { type Shop, webhookUrl } from './shop.ts';

export const all = (status: string) =>
  WEBHOOKS.map(({ topic, trigger }) => ({ topic, trigger, url: webhookUrl, status }));
export const subscribed = ({ loop }: Shop) =>
  [...loop.subscriptions.values()].map(({ topic, trigger, url, status }) => ({
    topic,
    trigger,
    url,
    status,
  }));

/** A request of somebody else to the stand-in Loop. */
export const askLoop = ({ loop, vendors }: Shop, method: string, path: string, body: unknown) =>
  fetch(loop.url + path, {
    method,
    headers: { 'x-authorization': vendors.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
export const askMasonHub = ({ masonhub, vendors }: Shop, body: unknown) =>
  fetch(`${masonhub.url}/callbacks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${vendors.apiToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
