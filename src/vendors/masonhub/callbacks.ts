import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { isSameSecret } from '../../config/secrets.ts';
import { rejected, type Told, type Understood } from '../../inbox/delivery.ts';
import { freeText } from '../../parsing/redact.ts';
import { optionalIdText, optionalText } from '../../parsing/tolerant.ts';
import type { DeliveredEvent, ReceiptEvent, UnreadReceiptEvent } from '../../returns/events.ts';
import type { Receipt, ReceiptDates } from '../../returns/return.ts';
import { receiptOf, unreadReceiptOf } from './receipts.ts';
import {
  datesInUnread,
  envelope,
  envelopeHead,
  nameInUnread,
  type RmaEvent,
  receiptRecord,
  rmaEvent,
} from './schemas.ts';
import { isReceived, plain } from './words.ts';

/** What a callback carries to prove itself: guides disagree, so each of the three ways is accepted. */
export interface Proof {
  /** The header `Authorization: Bearer <token>`. */
  readonly authorization: string | undefined;
  /** The header `X-MasonHub-Signature`: the hex HMAC-SHA256 of the raw body, as a rule behind `sha256=`. */
  readonly signature: string | undefined;
  readonly body: Buffer;
  /** The body as JSON, where it is JSON; an older guide shows a `token` field in it. */
  readonly json: unknown;
}

/** Proves that MasonHub sent a callback, by the token given when the callback was registered. */
export function isSentByMasonHub(proof: Proof, callbackToken: string): boolean {
  const bearer = /^Bearer +(\S+) *$/i.exec(proof.authorization ?? '')?.[1];
  if (bearer !== undefined && isSameSecret(bearer, callbackToken)) return true;
  const hex = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(proof.signature ?? '')?.[1];
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

/**
 * Translates one message. Other message types are ignored, and so is a parcel without an RMA until it is received. A
 * message is rejected only where none of its records says which RMA it is about: a 4xx is final at MasonHub.
 */
export function understandMessage(message: unknown): Understood {
  const head = envelopeHead.safeParse(message);
  if (!head.success) return rejected(head.error);
  const { event_type: eventType } = head.data;
  // An older guide shows messages about other things without an envelope.
  const type = head.data.message_type ?? (head.data.data === undefined ? eventType : null) ?? messageType;
  if (type !== messageType) {
    return { result: 'ignored', why: `The message type ${freeText(type, 60)} is not ${messageType}.` };
  }
  // An RMA that comes by itself, without an envelope, still says which one it is.
  const isBare =
    head.data.data === undefined && namesRma.safeParse(message).data?.customer_identifier != null;
  const parsed = envelope.safeParse(isBare ? { data: message } : message);
  if (!parsed.success) return rejected(parsed.error);
  // From version 2.0 on, the RMA stands in the details of its event.
  const isWrapped = !isBare && /^[2-9]/.test(head.data.api_version ?? '');
  const records = parsed.data.data.map((data, index) => understandRma(data, `data.${index}`, isWrapped));
  const events = records.flatMap((one) => ('rmaNumber' in one || 'blind' in one ? [one] : []));
  const unnamed = records.flatMap((one) => ('unnamed' in one ? [one.unnamed] : []));
  if (events.length > 0) return { result: 'accepted', events };
  if (unnamed[0] !== undefined && unnamed.length === records.length) return unnamed[0];
  return {
    result: 'ignored',
    why: 'No RMA in it has a customer_identifier and tells of something that happened.',
  };
}

const messageType = 'rmaEvent';

/** What a record says of its RMA: nothing that concerns a return's way, or not even which RMA it is about. */
function understandRma(
  data: unknown,
  path: string,
  isWrapped: boolean,
): Told | { readonly unnamed: Understood } | { readonly concerns: 'nothing' } {
  const outer = rmaEvent.safeParse(data);
  if (!outer.success) return { unnamed: rejected(outer.error, path) };
  const rmaNumber = outer.data.customer_identifier ?? null;
  const { details } = outer.data;
  if (rmaNumber === null && [data, details ?? {}].every(isNameless)) return { unnamed: nameless(path) };
  const told =
    details == null ? eventOf(outer.data, data, path) : eventOf(outer.data, details, `${path}.details`);
  if (told === null) return { concerns: 'nothing' };
  const isEmpty = isNameless(details ?? {}) && showsNoLines(details ?? data);
  const isWithoutRma = isWrapped && isEmpty && told.kind === 'receipt';
  const event = isWithoutRma ? withoutDetails(told.receipt, path) : told;
  if (rmaNumber !== null) return { rmaNumber, event };
  // A parcel that came without an RMA is known by what is on the box, once it has been opened. A number that
  // stands only inside belongs to another event.
  const inside = details == null ? null : namesRma.safeParse(details).data?.customer_identifier;
  if ((inside ?? null) !== null) return { concerns: 'nothing' };
  const blind =
    event.kind === 'receiptUnread'
      ? unreadBox(outer.data, isWithoutRma ? data : (details ?? data), event.why)
      : event;
  return blind.kind === 'receipt' && isKnowable(blind.receipt) ? { blind } : { concerns: 'nothing' };
}

/** What a receipt without the RMA in it found is not known: MasonHub is asked. One with an RMA without lines found nothing. */
function withoutDetails({ changedAt, toldAt }: Receipt, path: string): UnreadReceiptEvent {
  const asOf = { changedAt, toldAt };
  return { kind: 'receiptUnread', why: `${path}.details: MasonHub left them out`, asOf };
}

function showsNoLines(record: unknown): boolean {
  return receiptRecord.safeParse(record).data?.line_items == null;
}

/** Whether neither an RMA's number nor what is on a box, nor MasonHub's own id, is in it. */
function isNameless(record: unknown): boolean {
  const { rmaNumber, masonHubId, packageId } = nameInUnread(record);
  return rmaNumber === null && masonHubId === null && packageId === null;
}

function nameless(path: string): Understood {
  const message =
    'a number of an RMA is missing, and so are an id and a package_id that a box would be known by';
  const issue = { path: `${path}.customer_identifier`, message };
  return { result: 'rejected', why: `${issue.path}: ${message}`, issues: [issue] };
}

const namesRma = z.object({ customer_identifier: optionalIdText });

function isKnowable({ masonHubId, packageId }: Receipt): boolean {
  return masonHubId !== null || packageId !== null;
}

const withStatus = z.object({ status: optionalText });

/**
 * MasonHub's words for what happened; null for one that does not concern a return's way.
 * @param record the RMA itself
 */
function eventOf(outer: RmaEvent, record: unknown, path: string): DeliveredEvent | null {
  const status = withStatus.safeParse(record).data?.status ?? outer.status;
  switch (plain(outer.event_type ?? outer.status ?? status)) {
    case 'tendered':
      return { kind: 'carrier', status: 'tendered' };
    case 'intransit':
      return { kind: 'carrier', status: 'inTransit' };
    case 'delivered':
      return { kind: 'carrier', status: 'delivered' };
    case 'undeliverable':
      return { kind: 'carrier', status: 'undeliverable' };
    case 'ondock':
      return { kind: 'receiving', stage: 'onDock', ...asOfNotReceived(status, record, outer) };
    case 'receivingstarted':
    case 'inreceiving':
      return { kind: 'receiving', stage: 'receivingStarted', ...asOfNotReceived(status, record, outer) };
    case 'received':
      if (status === null) return unreadRma(record, outer, `${path}.status: MasonHub left it out`);
      // An event that says `received` around an RMA that is not: only the finished receipt counts.
      return isReceived({ status })
        ? understandReceipt(record, outer, path)
        : { kind: 'receiving', stage: 'receivingStarted', ...asOfNotReceived(status, record, outer) };
    // What an RMA is called before anything has happened to it, and once this service has deleted it.
    case '':
    case 'open':
    case 'deleted':
      return null;
    default: {
      const word = freeText(outer.event_type ?? outer.status ?? status ?? '', 60);
      const dated = asOfNotReceived(status, record, outer);
      return { kind: 'unknownStatus', status: word, countsUnits: countsUnits(record), ...dated };
    }
  }
}

/** As of when an RMA is not received; nothing where the RMA beside such an event is. */
function asOfNotReceived(status: string | null, record: unknown, outer: RmaEvent): { asOf?: ReceiptDates } {
  return status !== null && isReceived({ status }) ? {} : { asOf: datesIn(record, outer) };
}

function datesIn(record: unknown, { as_of: toldAt }: RmaEvent): ReceiptDates {
  return { ...datesInUnread(record), toldAt };
}

/** Whether an RMA shows units as received, whatever its status; where it cannot be read, it may. */
function countsUnits(record: unknown): boolean {
  const read = receiptRecord.safeParse(record);
  const lines = read.data?.line_items ?? [];
  return (
    !read.success ||
    lines.some(
      (line) =>
        (line.quantity_received?.units ?? 0) > 0 || Object.keys(line.receiving_details ?? {}).length > 0,
    )
  );
}

/** A finished receipt that came by itself. One of a known RMA is never refused, whatever is in it. */
function understandReceipt(record: unknown, outer: RmaEvent, path: string): DeliveredEvent {
  const read = receiptRecord.safeParse(record);
  if (!read.success) return unreadRma(record, outer, rejected(read.error, path).why);
  const { customer_identifier, as_of: toldAt } = outer;
  const event = receiptOf({ ...read.data, customer_identifier }, 'receipt');
  return { ...event, receipt: { ...event.receipt, toldAt } };
}

/** The receipt of a known RMA in which nothing else can be understood than of when it is. */
function unreadRma(record: unknown, outer: RmaEvent, why: string): UnreadReceiptEvent {
  return { kind: 'receiptUnread', why, asOf: datesIn(record, outer) };
}

/** A parcel without an RMA that was received, and of which nothing else can be understood. */
function unreadBox({ as_of: toldAt }: RmaEvent, record: unknown, why: string): ReceiptEvent {
  const event = unreadReceiptOf({ ...nameInUnread(record), why }, 'receipt');
  return { ...event, receipt: { ...event.receipt, toldAt } };
}
