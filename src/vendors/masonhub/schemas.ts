import { z } from 'zod';
import { rejected } from '../../inbox/delivery.ts';
import { optionalFreeText } from '../../parsing/redact.ts';
import {
  idText,
  optionalCode,
  optionalDate,
  optionalIdText,
  optionalText,
  units,
  yesOrNo,
} from '../../parsing/tolerant.ts';
import type { ReceiptDates } from '../../returns/return.ts';

/** MasonHub's own words for an RMA, as its callbacks and its API send them. Unknown fields pass. */

const longestNote = 250;
/** Far beyond any parcel: one delivery must not keep the service from the others. */
const mostLines = 2_000;
/** MasonHub takes and sends 30 records at a time; a message of many more is none of its own. */
const mostRecords = 1_000;
const mostUnits = 1_000_000;

/** How many units a receipt speaks of. A fraction is kept as it was given: the unit it is of counts as one. */
const amount = z.union([
  units.transform((whole) => ({ units: whole, fraction: null })),
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\s*\d+(\.\d+)?\s*$/, 'expected a number of units')
        .transform(Number),
    ])
    .pipe(z.number().nonnegative().max(mostUnits))
    .transform((given) => ({ units: Math.ceil(given), fraction: String(given) })),
]);
export type Amount = z.infer<typeof amount>;

const detail = z.object({ quantity: amount, notes: optionalFreeText(longestNote) });
type Detail = z.infer<typeof detail>;

/** What really happened to the units of a line, by inventory status; an empty map can come as `[]` or `""`. */
const receivingDetails = z.union([
  z.union([z.array(z.never()), z.literal('')]).transform((): Record<string, Detail[]> => ({})),
  z
    .unknown()
    // A record would pass over this key, and the units under it would be lost.
    .refine((value) => !Object.hasOwn(Object(value), '__proto__'), 'expected the names of statuses')
    .pipe(z.record(z.string(), z.array(detail).max(mostLines))),
]);

const lineItem = z.object({
  customer_sku_id: optionalCode.transform((sku) => sku ?? ''),
  quantity: amount.nullish(),
  quantity_received: amount.nullish(),
  return_inventory_status: optionalCode,
  not_on_original_rma: yesOrNo,
  receiving_details: receivingDetails.nullish(),
});
export type RmaLineItem = z.infer<typeof lineItem>;

/** A callback about a parcel that the warehouse found without an RMA has no customer_identifier. */
const customerIdentifier = z
  .union([
    idText,
    z
      .string()
      .regex(/^\s*$/)
      .transform(() => null),
  ])
  .nullish();

/** What the warehouse found, in an RMA that it has received. */
export const receiptRecord = z.object({
  /** MasonHub's own; what is none is none. */
  id: optionalIdText.catch(null),
  customer_identifier: customerIdentifier,
  package_id: optionalCode,
  notes: optionalFreeText(longestNote),
  /** When the RMA last changed. */
  updated_at: optionalDate.catch(null),
  received_at: optionalDate.catch(null),
  line_items: z.array(lineItem).max(mostLines).nullish(),
});

export type ReceiptRecord = z.infer<typeof receiptRecord>;

/** An RMA as version 1.0 of the callback and `GET /rmas` show it. */
export const rmaRecord = receiptRecord.extend({
  status: optionalText,
  created_at: optionalDate.catch(null),
});
export type RmaRecord = z.infer<typeof rmaRecord>;

/**
 * Which RMA a record of a callback is about, and what happened to it. Version 1.0 is the RMA itself; version
 * 2.0 wraps it in an event, and there the outer customer_identifier is the one to match.
 */
export const rmaEvent = z.object({
  customer_identifier: customerIdentifier,
  status: optionalText.catch(null),
  event_type: optionalText.catch(null),
  /** When what it tells of happened. */
  as_of: optionalDate.catch(null),
  details: z.unknown().optional(),
});
export type RmaEvent = z.infer<typeof rmaEvent>;

/** What is no word says nothing; it is never a reason to refuse what stands beside it. */
export const envelopeHead = z.object({
  message_type: optionalText.catch(null),
  event_type: optionalText.catch(null),
  api_version: optionalText.catch(null),
  data: z.unknown().optional(),
});

/** Its records; one that stands alone is a list of one. */
export const envelope = z.object({
  data: z.union([z.array(z.unknown()).max(mostRecords), z.looseObject({}).transform((one) => [one])]),
});

/** What can be told of an RMA that could not be understood. */
export interface UnreadRma {
  readonly rmaNumber: string | null;
  readonly masonHubId: string | null;
  readonly packageId: string | null;
  readonly status: string | null;
  readonly changedAt: string | null;
  /** Names the field, never its value. */
  readonly why: string;
}

const unreadRma = z
  .object({
    id: optionalIdText.catch(null),
    customer_identifier: optionalIdText.catch(null),
    package_id: optionalCode.catch(null),
    status: optionalText.catch(null),
    updated_at: optionalDate.catch(null),
    received_at: optionalDate.catch(null),
  })
  .catch({
    id: null,
    customer_identifier: null,
    package_id: null,
    status: null,
    updated_at: null,
    received_at: null,
  });

/** What such an RMA can be known by, and when it was changed, as far as that can be understood. */
export function nameInUnread(record: unknown): Omit<UnreadRma, 'why'> {
  const read = unreadRma.parse(record);
  const { id: masonHubId, customer_identifier: rmaNumber, package_id: packageId } = read;
  return { masonHubId, rmaNumber, packageId, status: read.status, changedAt: read.updated_at };
}

/** Of when such an RMA is, as far as that can be understood. */
export function datesInUnread(record: unknown): Omit<ReceiptDates, 'toldAt'> {
  const { updated_at: changedAt, received_at: receivedAt } = unreadRma.parse(record);
  return { changedAt, ...(receivedAt === null ? {} : { receivedAt }) };
}

function unread(record: unknown, error: z.ZodError): UnreadRma {
  return { ...nameInUnread(record), why: rejected(error).why };
}

/** `GET /rmas`: a page with `data`, or a bare array in older descriptions. */
const records = z.array(z.unknown()).transform((all) => {
  const read = all.map((record) => ({ record, ...rmaRecord.safeParse(record) }));
  return {
    rmas: read.flatMap(({ data }) => data ?? []),
    unread: read.flatMap(({ record, error }) => (error === undefined ? [] : [unread(record, error)])),
  };
});
export const rmaPage = z.union([z.object({ data: records }).transform((page) => page.data), records]);

const resultRecord = z.object({
  customer_identifier: idText,
  status: z.string(),
  messages: z.unknown().optional(),
  reason: optionalText.catch(null),
  error_message: optionalText.catch(null),
});
export type ResultRecord = z.infer<typeof resultRecord>;

/** An error says how far its RMA has come beside its message, or in its details. */
const errorDetails = z.object({ current_status: optionalText });
const statedError = z
  .looseObject({ code: optionalText, message: optionalText, details: z.unknown().optional() })
  .transform((error) => ({
    code: error.code,
    message: error.message ?? error.code ?? 'no reason was given',
    details: error.details,
    currentStatus:
      errorDetails.safeParse({ ...error, ...Object(error.details) }).data?.current_status ?? null,
  }));
export type StatedError = z.infer<typeof statedError>;

/** Partial success (207) names the refused records in a list of their own. */
const errorRecord = z.object({ customer_identifier: idText, error: statedError });

/** A result that names no record says nothing of the others. */
const batchBody = z
  .object({
    results: z
      .array(z.unknown())
      .transform((results) => results.flatMap((result) => resultRecord.safeParse(result).data ?? []))
      .optional(),
    errors: z
      .array(z.unknown())
      .transform((errors) => errors.flatMap((error) => errorRecord.safeParse(error).data ?? []))
      .optional(),
  })
  .refine(({ results, errors }) => results !== undefined || errors !== undefined)
  .transform(({ results, errors }) => ({ results: results ?? [], errors: errors ?? [] }));

/** The answer to a batch, seen bare and wrapped in an array. */
export const batchResults = z.union([
  batchBody,
  z.array(batchBody).transform((bodies) => ({
    results: bodies.flatMap((body) => body.results),
    errors: bodies.flatMap((body) => body.errors),
  })),
]);

/** An error for the whole request: `{"error": {"code", "message", "details"}}` or `{"message"}`. */
export const wholeError = z.union([
  z.object({ error: statedError }).transform((body) => body.error),
  z.looseObject({ message: z.string() }).pipe(z.preprocess((body) => body, statedError)),
]);

const message = z.object({
  message_type: z.string(),
  message_id: optionalText,
  api_version: optionalText,
  data: z.array(z.union([rmaEvent, rmaRecord])),
});
/** A callback's body: one message, or an array of up to 30. */
export const callbackBody = z.union([message, z.array(message)]);
