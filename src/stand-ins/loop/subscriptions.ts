import type { Reply, Route, VendorRequest } from '../desk.ts';
import { isObject } from '../json.ts';
import { SHOP_ID } from './style.ts';
import { type LoopTopic, publishedTopics, publishedTriggers, type StandInTrigger } from './topics.ts';
import { invalid } from './windows.ts';

/** A webhook subscription, as the API shows it: the secret is only in Loop's admin. */
export interface LoopSubscription {
  id: number;
  shop_id: number;
  topic: string;
  trigger: string;
  url: string;
  status: 'active' | 'inactive';
}

/** Whether the API takes `return.processing`, which works, and is in none of its lists. */
export type ProcessingWebhooks = 'taken' | 'refused';

/** What a subscription is to be. */
export type WantedSubscription = Omit<LoopSubscription, 'id' | 'shop_id'>;

/** A shop's webhook subscriptions. */
export class Subscriptions {
  readonly byId = new Map<number, LoopSubscription>();
  #lastId = 12_344;

  add(wanted: WantedSubscription): LoopSubscription {
    this.#lastId += 1;
    const made = { id: this.#lastId, shop_id: SHOP_ID, ...wanted };
    this.byId.set(made.id, made);
    return made;
  }

  /** Those that hear of a trigger. Of a topic that is about something else than returns nobody is told here. */
  subscribersOf(trigger: StandInTrigger): { url: string; topic: LoopTopic }[] {
    return [...this.byId.values()].flatMap((one) => {
      const topic = ourTopics.find((name) => name === one.topic);
      const hears = one.status === 'active' && one.trigger === trigger;
      return hears && topic !== undefined ? [{ url: one.url, topic }] : [];
    });
  }
}

const ourTopics: readonly LoopTopic[] = ['return', 'label', 'return.processing'];

/** The routes that keep them. */
export function subscriptionRoutes(
  subscriptions: Subscriptions,
  processing: ProcessingWebhooks,
): Route<'webhooks'>[] {
  const words = wordsOf(processing);
  const { byId } = subscriptions;
  const found = ({ id = '' }: Record<string, string>) =>
    /^\d+$/.test(id) ? byId.get(Number(id)) : undefined;
  const create = ({ body }: VendorRequest): Reply => {
    const wanted = read(body, words, 'inactive');
    if ('field' in wanted) return refusal(wanted);
    return { status: 200, body: subscriptions.add(wanted) };
  };
  const update = ({ params, body }: VendorRequest): Reply => {
    const current = found(params);
    if (current === undefined) return notFound;
    const wanted = read(body, words, current.status);
    if ('field' in wanted) return refusal(wanted);
    byId.set(current.id, { ...current, ...wanted });
    return { status: 204 };
  };
  const remove = ({ params }: VendorRequest): Reply => {
    const current = found(params);
    return current !== undefined && byId.delete(current.id) ? { status: 204 } : notFound;
  };
  const list = (): Reply => ({ status: 200, body: { webhooks: [...byId.values()] } });
  return [
    { name: 'webhooks', method: 'GET', path: '/webhooks', answer: list },
    { name: 'webhooks', method: 'POST', path: '/webhooks', answer: create },
    { name: 'webhooks', method: 'PUT', path: '/webhooks/:id', answer: update },
    { name: 'webhooks', method: 'DELETE', path: '/webhooks/:id', answer: remove },
  ];
}

const notFound: Reply = { status: 404, body: { errors: { code: 'NOT_FOUND' } } };

interface Problem {
  field: string;
  allowed: string;
}

interface Words {
  topics: readonly string[];
  triggers: readonly string[];
}

function wordsOf(processing: ProcessingWebhooks): Words {
  switch (processing) {
    case 'taken':
      return {
        topics: [...publishedTopics, 'return.processing'],
        triggers: [...publishedTriggers, 'return.processing.failed'],
      };
    case 'refused':
      return { topics: publishedTopics, triggers: publishedTriggers };
  }
}

/** The topic and the trigger are checked separately: Loop takes each topic with each trigger. */
function read(
  body: unknown,
  { topics, triggers }: Words,
  usualStatus: LoopSubscription['status'],
): WantedSubscription | Problem {
  const { topic, trigger, url, status = usualStatus } = isObject(body) ? body : {};
  if (typeof topic !== 'string' || !topics.includes(topic))
    return { field: 'topic', allowed: topics.join(',') };
  if (typeof trigger !== 'string' || !triggers.includes(trigger))
    return { field: 'trigger', allowed: triggers.join(',') };
  if (typeof url !== 'string' || !URL.canParse(url)) return { field: 'url', allowed: 'a URL' };
  if (status !== 'active' && status !== 'inactive') return { field: 'status', allowed: 'active,inactive' };
  return { topic, trigger, url, status };
}

function refusal({ field, allowed }: Problem): Reply {
  return invalid(field, `Must be one of the following values:${allowed}`);
}
