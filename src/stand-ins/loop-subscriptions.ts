import type { Answer, Route, VendorRequest } from './http-server.ts';
import { isObject } from './json.ts';
import { SHOP_ID } from './loop-payloads.ts';

/** A webhook subscription, as the API shows it: the secret is only in Loop's admin. */
export interface LoopSubscription {
  id: number;
  shop_id: number;
  topic: string;
  trigger: string;
  url: string;
  status: 'active' | 'inactive';
}

const TRIGGERS: Record<string, readonly string[]> = {
  return: ['return.created', 'return.updated', 'return.closed'],
  label: ['label.created', 'label.updated'],
  'return.processing': ['return.processing.failed'],
  restock: ['restock.requested'],
  'label.request': ['label.request.issued', 'label.request.cancelled'],
  giftcard: ['giftcard.requested'],
  'happy.returns.shipment': ['shipment.processed'],
};

/** The routes that keep a shop's webhook subscriptions. */
export function subscriptionRoutes(subscriptions: Map<number, LoopSubscription>): Route<'webhooks'>[] {
  let lastId = 12_344;
  const create = ({ body }: VendorRequest): Answer => {
    const wanted = read(body, 'inactive');
    if ('field' in wanted) return invalid(wanted);
    lastId += 1;
    const made = { id: lastId, shop_id: SHOP_ID, ...wanted };
    subscriptions.set(made.id, made);
    return { status: 200, body: made };
  };
  const update = ({ params: { id }, body }: VendorRequest): Answer => {
    const current = subscriptions.get(Number(id));
    if (current === undefined) return notFound;
    const wanted = read(body, current.status);
    if ('field' in wanted) return invalid(wanted);
    subscriptions.set(current.id, { ...current, ...wanted });
    return { status: 204 };
  };
  const remove = ({ params: { id } }: VendorRequest): Answer =>
    subscriptions.delete(Number(id)) ? { status: 204 } : notFound;
  const list = (): Answer => ({ status: 200, body: { webhooks: [...subscriptions.values()] } });
  return [
    { name: 'webhooks', method: 'GET', path: '/webhooks', answer: list },
    { name: 'webhooks', method: 'POST', path: '/webhooks', answer: create },
    { name: 'webhooks', method: 'PUT', path: '/webhooks/:id', answer: update },
    { name: 'webhooks', method: 'DELETE', path: '/webhooks/:id', answer: remove },
  ];
}

const notFound: Answer = { status: 404, body: { errors: { code: 'NOT_FOUND' } } };

type Wanted = Omit<LoopSubscription, 'id' | 'shop_id'>;
interface Problem {
  field: string;
  allowed: string;
}

function read(body: unknown, usualStatus: LoopSubscription['status']): Wanted | Problem {
  const { topic, trigger, url, status = usualStatus } = isObject(body) ? body : {};
  const triggers = typeof topic === 'string' ? TRIGGERS[topic] : undefined;
  if (typeof topic !== 'string' || !triggers)
    return { field: 'topic', allowed: Object.keys(TRIGGERS).join(',') };
  if (typeof trigger !== 'string' || !triggers.includes(trigger))
    return { field: 'trigger', allowed: triggers.join(',') };
  if (typeof url !== 'string' || !URL.canParse(url)) return { field: 'url', allowed: 'a URL' };
  if (status !== 'active' && status !== 'inactive') return { field: 'status', allowed: 'active,inactive' };
  return { topic, trigger, url, status };
}

function invalid({ field, allowed }: Problem): Answer {
  const message = `Must be one of the following values:${allowed}`;
  return { status: 422, body: { message, errors: { [field]: [message] } } };
}
