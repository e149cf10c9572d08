import { z } from 'zod';
import {
  idText,
  optionalDate,
  optionalIdText,
  optionalText,
  optionalTextWithin,
  units,
} from '../parsing/tolerant.ts';
import { loopStates } from '../returns/return.ts';

/** Loop's own words for a return, as its webhooks and its API send them. Unknown fields pass. */

const longestReason = 200;

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

const lineItem = z.object({
  line_item_id: optionalIdText,
  sku: optionalText.transform((sku) => sku ?? ''),
  return_reason: optionalTextWithin(longestReason),
  parent_return_reason: optionalTextWithin(longestReason),
  // Loop sends one line item for each unit today; a quantity is honoured if it ever comes.
  quantity: units.nullish().transform((quantity) => quantity ?? 1),
});

const label = z.object({ tracking_number: optionalText });

/** The `return` payload, flat; also the shape of the API's return details. */
export const returnPayload = z.object({
  id: idText,
  state: returnState.nullish(),
  created_at: optionalDate,
  edited_at: optionalDate,
  updated_at: optionalDate,
  order_name: optionalText,
  order_number: optionalText,
  provider_order_id: optionalText,
  tracking_number: optionalText,
  labels: z.array(label).nullish(),
  line_items: z.array(lineItem),
});
export type ReturnPayload = z.infer<typeof returnPayload>;

export const labelPayload = z.object({ return_id: idText, tracking_number: optionalText });

export const processingFailedPayload = z.object({ return_id: idText, message: optionalTextWithin(500) });

/** What every webhook starts with. */
export const webhookHead = z.object({ topic: z.string(), trigger: z.string() });

/** A webhook's body, whichever of the topics in use it is about. */
export const webhookBody = webhookHead.and(z.union([returnPayload, labelPayload, processingFailedPayload]));
