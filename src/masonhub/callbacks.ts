import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { rejected, type Told, type Understood } from '../inbox/delivery.ts';
import { freeText } from '../parsing/redact.ts';
import type { DeliveredEvent } from '../returns/events.ts';
import type { ReceiptLine } from '../returns/return.ts';
import { isSameSecret } from '../secrets.ts';
import {
  envelope,
  envelopeHead,
  type LineItem,
  type RmaEvent,
  type RmaRecord,
  rmaEvent,
  rmaRecord,
} from './schemas.ts';

/** What a callback carries to prove itself: guides disagree, so each of the three ways is accepted. */
export interface Proof {
  /** The header `Authorization: Bearer <token>`. */
  readonly authorization: string | undefined;
  /** The header `X-MasonHub-Signature: sha256=<hex HMAC-SHA256 of the raw body>`. */
  readonly signature: string | undefined;
  readonly body: Buffer;
  /** The body as JSON, where it is JSON; an older guide shows a `token` field in it. */
  readonly json: unknown;
}

/** Proves that MasonHub sent a callback, by the token given when the callback was registered. */
export function isSentByMasonHub(proof: Proof, callbackToken: string): boolean {
  const bearer = /^Bearer +(\S+) *$/i.exec(proof.authorization ?? '')?.[1];
  if (bearer !== undefined && isSameSecret(bearer, callbackToken)) return true;
  const hex = /^sha256=([0-9a-f]{64})$/i.exec(proof.signature ?? '')?.[1];
  if (hex !== undefined) {
    const expected = createHmac('sha256', callbackToken).update(proof.body).digest('hex');
    if (isSameSecret(hex.toLowerCase(), expected)) return true;
  }
  const messages = messagesIn(proof.json);
  return (
    messages.length > 0 &&
    messages.every((message) => {
      const token = z.object({ token: z.string() }).safeParse(message);
      return token.success && isSameSecret(token.data.token, callbackToken);
    })
  );
}

/** One request can carry one message or an array of them, 30 at most. */
export function messagesIn(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [json];
}

/** MasonHub's id of a message: the key by which a repeat is known. */
export function messageIdOf(message: unknown): string | null {
  const parsed = z
    .object({
      message_id: z
        .string()
        .min(1)
        .max(100)
        .refine((id) => id.isWellFormed() && !id.includes('\u0000')),
    })
    .safeParse(message);
  return parsed.success ? parsed.data.message_id : null;
}

/** Translates one message. Other message types, and parcels without an RMA, are ignored. */
export function understandMessage(message: unknown): Understood {
  const head = envelopeHead.safeParse(message);
  if (!head.success) return rejected(head.error);
  if (head.data.message_type !== 'rmaEvent') {
    return {
      result: 'ignored',
      why: `The message type ${freeText(head.data.message_type, 60)} is not rmaEvent.`,
    };
  }
  const parsed = envelope.safeParse(message);
  if (!parsed.success) return rejected(parsed.error);
  const events: Told[] = [];
  for (const [index, data] of parsed.data.data.entries()) {
    const understood = understandRma(data, `data.${index}`);
    if (!('told' in understood)) return understood;
    if (understood.told !== null) events.push(understood.told);
  }
  if (events.length > 0) return { result: 'accepted', events };
  return { result: 'ignored', why: 'No RMA in it has a customer_identifier and an event of a known kind.' };
}

function understandRma(data: unknown, path: string): Understood | { told: Told | null } {
  const outer = rmaEvent.safeParse(data);
  if (!outer.success) return rejected(outer.error, path);
  const inner = outer.data.details ?? null;
  const record = inner === null ? rmaRecord.safeParse(data) : { success: true as const, data: inner };
  if (!record.success) return rejected(record.error, path);
  const loopReturnId = outer.data.customer_identifier ?? null;
  if (loopReturnId === null) return { told: null };
  const event = eventOf(outer.data, record.data);
  return { told: event === null ? null : { loopReturnId, event } };
}

/** MasonHub's words for what happened; null for one that does not concern a return's way. */
function eventOf(outer: RmaEvent, record: RmaRecord): DeliveredEvent | null {
  const said = outer.event_type || outer.status || record.status || '';
  switch (said) {
    case 'tendered':
    case 'inTransit':
    case 'delivered':
    case 'undeliverable':
      return { kind: 'carrier', status: said };
    case 'onDock':
    case 'receivingStarted':
      return { kind: 'receiving', stage: said };
    case 'in-receiving':
      return { kind: 'receiving', stage: 'receivingStarted' };
    case 'received':
      return isReceived(record) ? receiptOf(record) : { kind: 'receiving', stage: 'receivingStarted' };
    default:
      return null;
  }
}

/** An event that says `received` around an RMA that is not: only the finished receipt counts. */
function isReceived(record: RmaRecord): boolean {
  return (record.status ?? 'received') === 'received';
}

/**
 * A finished receipt, as the callback or `GET /rmas` shows it.
 * @param trigger which of the two it was
 */
export function receiptOf(
  record: RmaRecord,
  trigger: 'receipt' | 'receipt.pulled' = 'receipt',
): DeliveredEvent {
  const lines = (record.line_items ?? []).map(receiptLine);
  return { kind: 'receipt', trigger, receipt: { lines, note: record.notes } };
}

/**
 * `receiving_details` says what really happened; `return_inventory_status` is only what the RMA asked
 * for, and counts as the disposition only where there are no details.
 */
function receiptLine(line: LineItem): ReceiptLine {
  const head = {
    sku: line.customer_sku_id,
    onRma: !line.not_on_original_rma,
    counted: line.not_on_original_rma ? null : (line.quantity_received ?? null),
  };
  if (line.receiving_details === null || line.receiving_details === undefined) {
    const disposition = dispositionOf(line.return_inventory_status ?? 'unknown');
    return { ...head, received: [{ disposition, units: line.quantity_received ?? 0, note: null }] };
  }
  const received = Object.entries(line.receiving_details).flatMap(([status, details]) =>
    details.map((detail) => ({
      disposition: dispositionOf(status),
      units: detail.quantity,
      note: detail.notes,
    })),
  );
  return { ...head, received };
}

function dispositionOf(status: string): string {
  return freeText(status.toLowerCase(), 60);
}
