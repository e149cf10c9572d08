import { createHmac, timingSafeEqual } from 'node:crypto';
import { rejected, type Understood } from '../../inbox/delivery.ts';
import { freeText } from '../../parsing/redact.ts';
import type { LoopReturnEvent } from '../../returns/events.ts';
import type { ListedLabel, LoopFacts } from '../../returns/loop-facts.ts';
import { type LoopTrigger, loopTrigger } from '../../returns/timeline.ts';
import {
  labelPayload,
  lineItems,
  processingFailedPayload,
  type ReturnRecord,
  returnRecord,
  webhookHead,
} from './schemas.ts';
import { realTrackingNumber } from './words.ts';

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

/**
 * Translates a webhook's JSON. The topic decides what it holds; any topic can be subscribed to any trigger.
 * Topics that say nothing about a return's way are ignored. Only what names no return is rejected.
 */
export function understandWebhook(json: unknown): Understood {
  const head = webhookHead.safeParse(json);
  if (!head.success) return rejected(head.error);
  const { topic: named, trigger: moment, id, return_id: returnId } = head.data;
  if ([named, moment, id, returnId].every((one) => (one ?? null) === null)) return nameless;
  const topic = head.data.topic ?? topicOf(head.data.trigger ?? '');
  const trigger = loopTrigger.parse(freeText(head.data.trigger ?? `${topic}.updated`, longestWord));
  switch (topic) {
    case 'return':
      return understandReturn(json, trigger);
    case 'label':
      return understandLabel(json, trigger);
    case 'return.processing':
      return trigger === processingFailed
        ? understandProcessingFailed(json)
        : { result: 'ignored', why: `The trigger ${trigger} tells of no failure.` };
    default:
      return {
        result: 'ignored',
        why: `The topic ${freeText(topic, longestWord)} is not one of a return's way.`,
      };
  }
}

const nameless: Understood = {
  result: 'rejected',
  why: 'topic: expected a text, beside which the webhook says what it is about',
  issues: [{ path: 'topic', message: 'expected a text, beside which the webhook says what it is about' }],
};
const longestWord = 60;
const processingFailed = 'return.processing.failed';

/** Where the topic is left out, the trigger begins with it. */
function topicOf(trigger: string): string {
  return trigger.split('.').slice(0, -1).join('.') || 'of no name';
}

function understandReturn(json: unknown, trigger: LoopTrigger): Understood {
  const record = returnRecord.safeParse(json);
  if (!record.success) return rejected(record.error);
  return {
    result: 'accepted',
    events: [{ loopReturnId: record.data.id, event: returnEvent(record.data, trigger, 'webhook') }],
  };
}

/**
 * A return as Loop tells it, in this service's words. Names, addresses and comments stay behind.
 * @param items the line items, where they were told apart from the record
 */
export function returnEvent(
  record: ReturnRecord,
  trigger: LoopReturnEvent['trigger'],
  heardBy: LoopReturnEvent['heardBy'],
  items: unknown = record.line_items,
): LoopReturnEvent {
  const isClosing = record.state === null && trigger === 'return.closed';
  const read = record.state ?? { state: isClosing ? ('closed' as const) : ('unknown' as const), word: null };
  const { labels, shownLabels } = labelsOf(record);
  return {
    kind: 'loopReturn',
    trigger,
    heardBy,
    tellsState: record.state !== null || isClosing,
    shownLabels,
    facts: {
      state: read.state,
      stateWord: read.word,
      editedAt: editedAt(record),
      updatedAt: record.updated_at,
      heardOpen: read.state !== 'closed',
      orderName: record.order_name,
      orderNumber: record.order_number,
      providerOrderId: record.provider_order_id,
      destinationId: record.destination_id ?? record.destination ?? null,
      ...readItems(items),
      labels,
      packageReference: realTrackingNumber(record.package_reference),
    },
  };
}

/** Loop's `edited_at` is null until the first edit; some of its answers leave it out and show `updated_at` alone. */
function editedAt({ edited_at, updated_at, created_at }: ReturnRecord): string | null {
  if (edited_at === undefined) return updated_at === null ? created_at : null;
  return edited_at ?? created_at;
}

/** Where the line items cannot be understood, nothing is guessed: Loop is asked for them. */
function readItems(told: unknown): Pick<LoopFacts, 'items' | 'unread'> {
  if (told === undefined || told === null) return { items: [], unread: 'line_items: Loop left them out' };
  const read = lineItems.safeParse(told);
  if (!read.success) {
    const issue = read.error.issues[0];
    const path = ['line_items', ...(issue?.path ?? []).map(String)].join('.');
    return { items: [], unread: `${path}: ${issue?.message ?? 'not understood'}` };
  }
  const items = read.data
    .filter((item) => item.quantity > 0)
    .map((item) => ({
      lineItemId: item.line_item_id,
      sku: item.sku,
      units: item.quantity,
      reason: item.return_reason,
      parentReason: item.parent_return_reason,
      destinationId: item.destination_id ?? item.destination ?? null,
    }));
  return { items, unread: null };
}

/** Newer deliveries list the labels, older ones and the API's rows have one tracking number at the top. */
function labelsOf(record: ReturnRecord): {
  labels: ListedLabel[];
  shownLabels: LoopReturnEvent['shownLabels'];
} {
  const listed = (record.labels ?? []).map((label) => ({
    text: label.tracking_number,
    lineItemIds: (label.line_items ?? []).flatMap((id) => id ?? []),
    standing: label.status,
    at: label.updated_at,
  }));
  const atTheTop = {
    text: record.tracking_number,
    lineItemIds: [],
    standing: record.label_status,
    at: record.label_updated_at,
  };
  const isReal = ({ text }: { text: string | null }) => realTrackingNumber(text) !== null;
  const isListed = listed.some(isReal);
  const labels = (isListed ? listed : [atTheTop]).flatMap(({ text, ...label }) => {
    const trackingNumber = realTrackingNumber(text);
    return trackingNumber === null ? [] : [{ trackingNumber, ...label }];
  });
  const first = new Map<string, ListedLabel>();
  for (const label of labels) if (!first.has(label.trackingNumber)) first.set(label.trackingNumber, label);
  return { labels: [...first.values()], shownLabels: isListed ? 'all' : 'newest' };
}

/** Until there is a label, the payload can be empty: then it names no return, and says nothing. */
function understandLabel(json: unknown, trigger: LoopTrigger): Understood {
  const payload = labelPayload.safeParse(json);
  if (!payload.success) return rejected(payload.error);
  const { returnId, tracking_number: text, label_status: standing, label_updated_at: at } = payload.data;
  const trackingNumber = realTrackingNumber(text);
  if (returnId === null) {
    if (trackingNumber === null) return { result: 'ignored', why: 'There is no label in it yet.' };
    const message = 'expected the id of the return that the label is for';
    return { result: 'rejected', why: `id: ${message}`, issues: [{ path: 'id', message }] };
  }
  const event = { kind: 'label' as const, trigger, trackingNumber, standing, at };
  return { result: 'accepted', events: [{ loopReturnId: returnId, event }] };
}

function understandProcessingFailed(json: unknown): Understood {
  const payload = processingFailedPayload.safeParse(json);
  if (!payload.success) return rejected(payload.error);
  const { returnId: loopReturnId, message } = payload.data;
  return { result: 'accepted', events: [{ loopReturnId, event: { kind: 'processingFailed', message } }] };
}
