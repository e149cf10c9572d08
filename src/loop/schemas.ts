import { z } from 'zod';
import { optionalFreeText } from '../parsing/redact.ts';
import {
  idText,
  optionalCode,
  optionalDate,
  optionalIdText,
  optionalText,
  units,
} from '../parsing/tolerant.ts';
import { loopStates } from '../returns/return.ts';

/** Loop's own words for a return, as its webhooks and its API send them. Unknown fields pass. */

const longestReason = 200;
/** Far beyond any parcel: one delivery must not keep the service from the others. */
const mostLineItems = 2_000;
const mostLabels = 200;

/** `needs review` is the older spelling of `review`. */
export const returnState = z
  .string()
  .transform((text) =>
    text
      .trim()
      .toLowerCase()
      .replace(/^needs[ _-]review$/, 'review'),
  )
  .pipe(z.enum(loopStates));

/** Where an account uses destinations, one is named by its id, shown whole, or both. */
const destinationId = z
  .union([idText, z.literal('').transform(() => null)])
  .nullish()
  .catch(null);
const destination = z
  .union([
    z.object({ id: idText }).transform((shown): string | null => shown.id),
    idText.transform((id): string | null => id),
    z.unknown().transform(() => null),
  ])
  .optional();

const lineItem = z.object({
  line_item_id: optionalIdText,
  sku: optionalCode.transform((sku) => sku ?? ''),
  return_reason: optionalFreeText(longestReason),
  parent_return_reason: optionalFreeText(longestReason),
  // Loop sends one line item for each unit today; a quantity is honoured if it ever comes.
  quantity: units.nullish().transform((quantity) => quantity ?? 1),
  destination_id: destinationId,
  destination,
});

/** A label names its line items by id, or shows them whole. */
const labelItem = z.union([
  idText.transform((id): string | null => id),
  z
    .object({ line_item_id: optionalIdText, id: optionalIdText })
    .transform((item) => item.line_item_id ?? item.id),
  z.unknown().transform(() => null),
]);
const label = z.object({
  tracking_number: optionalCode,
  line_items: z.array(labelItem).max(mostLineItems).nullish().catch(null),
});

/** The `return` payload, flat; also the shape of the API's return details. */
export const returnPayload = z.object({
  id: idText,
  state: returnState.nullish(),
  created_at: optionalDate,
  edited_at: optionalDate,
  updated_at: optionalDate,
  order_name: optionalCode,
  order_number: optionalCode,
  provider_order_id: optionalCode,
  tracking_number: optionalCode,
  labels: z.array(label).max(mostLabels).nullish(),
  destination_id: destinationId,
  destination,
  line_items: z.array(lineItem).max(mostLineItems),
});
export type ReturnPayload = z.infer<typeof returnPayload>;

/** The same where the line items may be left out, as in the API's shorter answers. */
export const returnRecord = returnPayload.extend({
  line_items: z.array(lineItem).max(mostLineItems).nullish(),
});
export type ReturnRecord = z.infer<typeof returnRecord>;

export const labelPayload = z.object({
  return_id: idText,
  tracking_number: optionalCode,
  label_updated_at: optionalDate,
});

export const processingFailedPayload = z.object({ return_id: idText, message: optionalFreeText(500) });

/** What every webhook starts with. */
export const webhookHead = z.object({ topic: z.string(), trigger: z.string() });

/** A webhook's body, whichever of the topics in use it is about. */
export const webhookBody = webhookHead.and(z.union([returnPayload, labelPayload, processingFailedPayload]));

/** `GET /warehouse/return/list`: a page, or a bare array where nothing was paginated. */
export const returnPage = z.union([
  z.object({ returns: z.array(z.unknown()), nextPageUrl: optionalText }),
  z.array(z.unknown()).transform((returns) => ({ returns, nextPageUrl: null })),
]);

/** A row of the ASN report: one line item, beside what is known of its return. */
export const asnRow = z
  .object({
    id: idText,
    return_line_item_id: optionalIdText,
    sku: optionalCode.transform((sku) => sku ?? ''),
    return_reason: optionalFreeText(longestReason),
    destination_id: destinationId,
  })
  .transform((row) => ({
    returnId: row.id,
    item: {
      line_item_id: row.return_line_item_id,
      sku: row.sku,
      return_reason: row.return_reason,
      parent_return_reason: null,
      quantity: 1,
      destination_id: row.destination_id,
      destination: null,
    },
  }));
export type AsnRow = z.infer<typeof asnRow>;
