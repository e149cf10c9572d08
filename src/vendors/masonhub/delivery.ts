import { createHash } from 'node:crypto';
import type { Delivery, Told, Understood } from '../../inbox/delivery.ts';
import { messageIdOf, messagesIn, understandMessage } from './callbacks.ts';

/** MasonHub sends 30 messages at most in one request. Each is stored with the whole body, so more are not taken apart. */
const mostMessages = 30;

/**
 * By its id, and what happened to which RMA, or was in its parcel: a repeat has both. MasonHub's published examples have one id for what
 * happened to different RMAs, and one that was taken for a repeat of another would be lost.
 */
function keyOf(message: unknown, understood: Understood): string | null {
  const id = messageIdOf(message);
  if (id === null || understood.result !== 'accepted') return id;
  const hash = createHash('sha256')
    .update(JSON.stringify(understood.events.map(newsOf)))
    .digest('hex');
  return `${id}-${hash.slice(0, 16)}`;
}

function newsOf(told: Told): readonly unknown[] {
  const event = 'blind' in told ? told.blind : told.event;
  const rmaNumber = 'rmaNumber' in told ? told.rmaNumber : null;
  if (event.kind !== 'receipt') return [rmaNumber, event];
  // Its dates are of the message, and not of what was found.
  const { masonHubId, packageId, lines } = event.receipt;
  return [rmaNumber ?? [masonHubId, packageId], lines];
}

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
  return messages.map((message, part) => {
    const understood = understandMessage(message);
    const key = keyOf(message, understood) ?? `${contentHash}-${part}`;
    return { merchant, source: 'masonhub', key, body, part, understood };
  });
}
