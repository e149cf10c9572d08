import { z } from 'zod';
import { optionalFreeText } from '../parsing/redact.ts';
import { idText, optionalCode, optionalText, units, yesOrNo } from '../parsing/tolerant.ts';

/** MasonHub's own words for an RMA, as its callbacks and its API send them. Unknown fields pass. */

const longestNote = 250;
/** Far beyond any parcel: one delivery must not keep the service from the others. */
const mostLines = 2_000;
/** MasonHub takes and sends 30 records at a time; a message of many more is none of its own. */
const mostRecords = 1_000;

const detail = z.object({ quantity: units, notes: optionalFreeText(longestNote) });

/** What really happened to the units of a line, by inventory status; an empty map can come as `[]`. */
const receivingDetails = z.union([
  z.array(z.never()).transform(() => ({})),
  z
    .unknown()
    // A record would pass over this key, and the units under it would be lost.
    .refine((value) => !Object.hasOwn(Object(value), '__proto__'), 'expected the names of statuses')
    .pipe(z.record(z.string(), z.array(detail).max(mostLines))),
]);

const lineItem = z.object({
  customer_sku_id: optionalCode.transform((sku) => sku ?? ''),
  quantity: units.nullish(),
  quantity_received: units.nullish(),
  return_inventory_status: optionalCode,
  not_on_original_rma: yesOrNo,
  receiving_details: receivingDetails.nullish(),
});
export type LineItem = z.infer<typeof lineItem>;

/** A callback about a parcel that the warehouse found without an RMA has no customer_identifier. */
const customerIdentifier = z.union([idText, z.literal('').transform(() => null)]).nullish();

/** An RMA as version 1.0 of the callback and `GET /rmas` show it. */
export const rmaRecord = z.object({
  customer_identifier: customerIdentifier,
  package_id: optionalCode,
  status: z.string().nullish(),
  notes: optionalFreeText(longestNote),
  line_items: z.array(lineItem).max(mostLines).nullish(),
});
export type RmaRecord = z.infer<typeof rmaRecord>;

/** Version 2.0 wraps the RMA in an event; here the outer customer_identifier is the one to match. */
export const rmaEvent = z.object({
  customer_identifier: customerIdentifier,
  status: z.string().nullish(),
  event_type: z.string().nullish(),
  details: rmaRecord.nullish(),
});
export type RmaEvent = z.infer<typeof rmaEvent>;

export const envelopeHead = z.object({ message_type: z.string() });

export const envelope = z.object({
  message_id: optionalText,
  api_version: optionalText,
  data: z.array(z.unknown()).max(mostRecords),
});

/** `GET /rmas`: a page with `data`, or a bare array in older descriptions. */
const records = z.array(z.unknown()).transform((all) => {
  const rmas = all.flatMap((record) => rmaRecord.safeParse(record).data ?? []);
  return { rmas, unreadable: all.length - rmas.length };
});
export const rmaPage = z.union([z.object({ data: records }).transform((page) => page.data), records]);

const resultRecord = z.object({
  customer_identifier: idText,
  status: z.string(),
  messages: z.unknown().optional(),
  reason: optionalText,
});
export type ResultRecord = z.infer<typeof resultRecord>;
/** A result that names no record says nothing of the others. */
const batchBody = z.object({
  results: z
    .array(z.unknown())
    .transform((results) => results.flatMap((result) => resultRecord.safeParse(result).data ?? [])),
});

/** The answer to a batch, seen bare and wrapped in an array. */
export const batchResults = z.union([
  batchBody.transform((body) => body.results),
  z.array(batchBody).transform((bodies) => bodies.flatMap((body) => body.results)),
]);

/** An error for the whole request: `{"error": {"message", "details"}}` or `{"message"}`. */
export const wholeError = z.union([
  z
    .object({ error: z.object({ message: z.string(), details: z.unknown().optional() }) })
    .transform((body) => body.error),
  z.object({ message: z.string(), details: z.unknown().optional() }),
]);

const message = envelopeHead.extend(envelope.shape).extend({ data: z.array(z.union([rmaEvent, rmaRecord])) });
/** A callback's body: one message, or an array of up to 30. */
export const callbackBody = z.union([message, z.array(message)]);
