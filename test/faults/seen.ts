import { z } from 'zod';

/** What the service knows of a return, as its database has it. */
export interface Seen {
  /** When Loop had edited the return. */
  readonly editedAt: Date | null;
  /** The line items that labels are known to be for. */
  readonly labelledItems: readonly string[];
  readonly status: string;
  /** Whether a receipt is known, of one parcel or of several. */
  readonly isReceived: boolean;
  /** Whether the note beside Loop's message has been added. */
  readonly isNoted: boolean;
  /** The dispositions that are good by the policy that judges it; null before its RMA was sent. */
  readonly goodDispositions: readonly string[] | null;
  /** Whether nothing about the RMA is on the wire of which the answer is not known. */
  readonly isRmaAnswered: boolean;
}

/** Every return, for `seenOf`; a condition can follow. */
export const everyReturn = `select r.merchant || '/' || r.loop_return_id as id, loop ->> 'editedAt' as "editedAt",
    coalesce(jsonb_path_query_array(loop, '$.labels[*].lineItemIds[*]'), '[]') as "labelledItems",
    status, jsonb_array_length(receipts) > 0 as "isReceived", coalesce(o.note_state = 'added', false) as "isNoted",
    sent_policy -> 'refund' as "goodDispositions",
    coalesce(sent = confirmed, false) as "isRmaAnswered"
  from returns r left join outcomes o using (merchant, loop_return_id)`;

const seenRows = z.array(
  z.object({
    id: z.string(),
    editedAt: z.coerce.date().nullable(),
    labelledItems: z.array(z.string()),
    status: z.string(),
    isReceived: z.boolean(),
    isNoted: z.boolean(),
    goodDispositions: z.array(z.string()).nullable(),
    isRmaAnswered: z.boolean(),
  }),
);

/** By `merchant/id`, out of the rows of `everyReturn`. */
export function seenOf(rows: unknown): ReadonlyMap<string, Seen> {
  return new Map(seenRows.parse(rows).map(({ id, ...seen }): [string, Seen] => [id, seen]));
}
