import { createHash } from 'node:crypto';
import type { Delivery } from '../../inbox/delivery.ts';
import { messageIdOf, messagesIn, understandMessage } from './callbacks.ts';

/** MasonHub sends 30 messages at most in one request. Each is stored with the whole body, so more are not taken apart. */
const mostMessages = 30;

/**
 * The messages of one callback as the inbox keeps them.
 * @param body the bytes that came, whose sender is proven
 * @param json what they say
 */
export function callbackDeliveries(merchant: string, body: Buffer, json: unknown): Delivery[] {
  const contentHash = createHash('sha256').update(body).digest('hex');
  const messages = messagesIn(json);
  if (messages.length > mostMessages) {
    const message = `expected ${mostMessages} messages at most`;
    const understood = {
      result: 'rejected' as const,
      why: `body: ${message}`,
      issues: [{ path: 'body', message }],
    };
    return [{ merchant, source: 'masonhub', key: contentHash, body, part: 0, understood }];
  }
  if (messages.length === 0) {
    const understood = { result: 'ignored' as const, why: 'There is no message in it.' };
    return [{ merchant, source: 'masonhub', key: contentHash, body, part: 0, understood }];
  }
  return messages.map((message, part) => ({
    merchant,
    source: 'masonhub',
    key: messageIdOf(message) ?? `${contentHash}-${part}`,
    body,
    part,
    understood: understandMessage(message),
  }));
}
