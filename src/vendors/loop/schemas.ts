import { z } from 'zod';
import { optionalFreeText } from '../../parsing/redact.ts';
import {
  idText,
  optionalCode,
  optionalDate,
  optionalIdText,
  optionalText,
  units,
} from '../../parsing/tolerant.ts';
import { readStanding, readState } from './words.ts';

/** Loop's own words for a return, as its webhooks and its API send them. Unknown fields pass. */

const longestReason = 200;
const longestWord = 60;
/** Far beyond any parcel: one delivery must not keep the service from the others. */
const mostLineItems = 2_000;
const mostLabels = 200;

/** A word for a state is never a reason to refuse what bears it; what is not even a word tells no state. */
export const returnState = z.union([
  optionalFreeText(longestWord).transform((word) => (word === null ? null : readState(word))),
  z.unknown().transform(() => ({ state: 'unknown' as const, word: null })),
]);
/** Neither is one for a label. */
const labelStanding = optionalFreeText(longestWord).catch(null).transform(readStanding);
/** What a return is called and known by beside its id. */
const beside = optionalCode.catch(null);

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

/** One of a return's line items. A quantity that is none makes it unreadable: nothing is guessed about units. */
export const lineItem = z.object({
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
  status: labelStanding,
  updated_at: optionalDate,
});
/** What is no label is passed over: a parcel without a number is known by the return's. */
const labels = z
  .array(z.unknown())
  .transform((all) => all.slice(0, mostLabels).flatMap((one) => label.safeParse(one).data ?? []))
  .nullish()
  .catch(null);

/**
 * A return, flat, as webhooks, lists and details show it. It is refused only where it does not say which
 * return it is about; its line items are read by `readItems`, so that they can be asked for again.
 */
export const returnRecord = z.object({
  id: idText,
  state: returnState,
  created_at: optionalDate,
  edited_at: z
    .unknown()
    .optional()
    .transform((value) => (value === undefined ? undefined : optionalDate.parse(value))),
  updated_at: optionalDate,
  order_name: beside,
  order_number: beside,
  provider_order_id: beside,
  tracking_number: beside,
  label_status: labelStanding,
  label_updated_at: optionalDate,
  labels,
  package_reference: beside,
  destination_id: destinationId,
  destination,
  line_items: z.unknown().optional(),
});
export type ReturnRecord = z.infer<typeof returnRecord>;
export type LoopLineItem = z.infer<typeof lineItem>;

export const lineItems = z.array(lineItem).max(mostLineItems);

/** The line items that a record shows; none where it leaves them out or they cannot be understood. */
export function itemsIn(record: ReturnRecord): readonly LoopLineItem[] {
  return lineItems.safeParse(record.line_items).data ?? [];
}

/** The payload of today names the return `id`; older ones name it `return_id`, and `id` may be the label's. */
export const labelPayload = z
  .object({
    id: idText.nullish().catch(null),
    return_id: idText.nullish().catch(null),
    tracking_number: optionalCode,
    label_status: labelStanding,
    label_updated_at: optionalDate,
  })
  .transform(({ id, return_id, ...told }) => ({ ...told, returnId: return_id ?? id ?? null }));

export const processingFailedPayload = z
  .object({
    return_id: idText.nullish().catch(null),
    id: optionalIdText.catch(null),
    message: optionalFreeText(500).catch(null),
  })
  .transform(({ return_id, id, message }, context) => {
    const returnId = return_id ?? id;
    if (returnId !== null) return { returnId, message };
    const wanted = 'expected the id of the return that could not be processed';
    context.addIssue({ code: 'custom', path: ['return_id'], message: wanted });
    return z.NEVER;
  });

/** What every webhook starts with: the topic says what it holds, the trigger when it was sent. */
export const webhookHead = z.object({
  topic: optionalText.catch(null),
  trigger: optionalText.catch(null),
  id: optionalIdText.catch(null),
  return_id: optionalIdText.catch(null),
});

/** A webhook's body, whichever of the topics in use it is about. */
export const webhookBody = z
  .object({ topic: z.string(), trigger: z.string() })
  .and(z.union([returnRecord, labelPayload, processingFailedPayload]));

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
