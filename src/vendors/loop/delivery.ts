import { createHash } from 'node:crypto';
import type { Delivery } from '../../inbox/delivery.ts';
import { understandWebhook } from './webhooks.ts';

/**
 * A webhook as the inbox keeps it.
 * @param body the bytes that came, whose signature is proven
 * @param json what they say
 */
export function webhookDelivery(merchant: string, body: Buffer, json: unknown): Delivery {
  // Loop sends no delivery id, so the same content is the same delivery.
  const key = createHash('sha256').update(body).digest('hex');
  return { merchant, source: 'loop', key, body, part: 0, understood: understandWebhook(json) };
}
