import { createHmac, timingSafeEqual } from 'node:crypto';
import { rejected, type Understood } from '../inbox/delivery.ts';
import { freeText } from '../parsing/redact.ts';
import type { LoopReturnEvent } from '../returns/events.ts';
import type { ListedLabel } from '../returns/return.ts';
import {
  labelPayload,
  processingFailedPayload,
  type ReturnPayload,
  returnPayload,
  webhookHead,
} from './schemas.ts';

/**
 * Proves that Loop sent a webhook. Loop signs the raw bytes: its JSON escapes slashes, so a hash over
 * the same JSON written again would differ.
 * @param signature the header `X-Loop-Signature`: base64 of HMAC-SHA256 over the body
 * @param secrets every secret in use, one for each subscription or two during a rotation
 */
export function isSignedByLoop(
  body: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): boolean {
  if (signature === undefined) return false;
  const given = Buffer.from(signature, 'base64');
  let signed = false;
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(body).digest();
    if (given.length === expected.length && timingSafeEqual(given, expected)) signed = true;
  }
  return signed;
}

/** Translates a webhook's JSON. Topics that say nothing about a return's way are ignored. */
export function understandWebhook(json: unknown): Understood {
  const head = webhookHead.safeParse(json);
  if (!head.success) return rejected(head.error);
  switch (head.data.trigger) {
    case 'return.created':
    case 'return.updated':
    case 'return.closed':
      return understandReturn(json, head.data.trigger);
    case 'label.created':
    case 'label.updated':
      return understandLabel(json, head.data.trigger);
    case 'return.processing.failed':
      return understandProcessingFailed(json);
    default:
      return {
        result: 'ignored',
        why: `The trigger ${freeText(head.data.trigger, 60)} is not one of a return's.`,
      };
  }
}

function understandReturn(json: unknown, trigger: string): Understood {
  const payload = returnPayload.safeParse(json);
  if (!payload.success) return rejected(payload.error);
  return {
    result: 'accepted',
    events: [{ loopReturnId: payload.data.id, event: returnEvent(payload.data, trigger) }],
  };
}

/** A return as Loop tells it, in this service's words. Names, addresses and comments stay behind. */
export function returnEvent(payload: ReturnPayload, trigger: string): LoopReturnEvent {
  return {
    kind: 'loopReturn',
    trigger,
    facts: {
      state: payload.state ?? (trigger === 'return.closed' ? 'closed' : 'open'),
      changedAt: payload.edited_at ?? payload.updated_at ?? payload.created_at,
      ...(payload.edited_at === null && payload.updated_at !== null ? { clock: 'updated' as const } : {}),
      orderName: payload.order_name,
      orderNumber: payload.order_number,
      providerOrderId: payload.provider_order_id,
      destinationId: payload.destination_id ?? payload.destination ?? null,
      items: payload.line_items
        .filter((item) => item.quantity > 0)
        .map((item) => ({
          lineItemId: item.line_item_id,
          sku: item.sku,
          units: item.quantity,
          reason: item.return_reason,
          parentReason: item.parent_return_reason,
          destinationId: item.destination_id ?? item.destination ?? null,
        })),
      labels: labelsOf(payload),
    },
  };
}

/** Newer deliveries list the labels, older ones have one tracking number at the top. */
function labelsOf(payload: ReturnPayload): ListedLabel[] {
  const listed = (payload.labels ?? []).map((label) => ({
    text: label.tracking_number,
    lineItemIds: (label.line_items ?? []).flatMap((id) => id ?? []),
  }));
  const atTheTop = [{ text: payload.tracking_number, lineItemIds: [] }];
  const isReal = ({ text }: { text: string | null }) => realTrackingNumber(text) !== null;
  const labels = (listed.some(isReal) ? listed : atTheTop).flatMap(({ text, lineItemIds }) => {
    const trackingNumber = realTrackingNumber(text);
    return trackingNumber === null ? [] : [{ trackingNumber, lineItemIds }];
  });
  const first = new Map<string, ListedLabel>();
  for (const label of labels) if (!first.has(label.trackingNumber)) first.set(label.trackingNumber, label);
  return [...first.values()];
}

/** Loop writes `N/A` or `pending` while there is no label. */
function realTrackingNumber(text: string | null): string | null {
  return text === null || /^(n\/?a|pending|none|null)$/i.test(text) ? null : text;
}

function understandLabel(json: unknown, trigger: string): Understood {
  const payload = labelPayload.safeParse(json);
  if (!payload.success) return rejected(payload.error);
  const { return_id: loopReturnId, tracking_number: text, label_updated_at: at } = payload.data;
  const event = { kind: 'label' as const, trigger, trackingNumber: realTrackingNumber(text), at };
  return { result: 'accepted', events: [{ loopReturnId, event }] };
}

function understandProcessingFailed(json: unknown): Understood {
  const payload = processingFailedPayload.safeParse(json);
  if (!payload.success) return rejected(payload.error);
  const { return_id: loopReturnId, message } = payload.data;
  return { result: 'accepted', events: [{ loopReturnId, event: { kind: 'processingFailed', message } }] };
}
