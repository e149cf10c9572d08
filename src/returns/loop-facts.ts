import { z } from 'zod';

/** What Loop says of a return. The shapes are zod schemas because they are also what the database keeps. */

/**
 * Loop's state of a return. `unknown` stands for a word that this service does not know: the return counts
 * as on its way, and no money moves until Loop says one that it knows.
 */
export const loopStates = ['open', 'closed', 'cancelled', 'expired', 'review', 'unknown'] as const;
export type LoopState = (typeof loopStates)[number];

/** What a label's own status says of its parcel: on its way or not sent yet, delivered, or not to be used. */
export const labelStandings = ['live', 'delivered', 'void'] as const;
export type LabelStanding = (typeof labelStandings)[number];

/** One line item in Loop: usually one unit. Nothing in it is personal. */
const item = z.object({
  lineItemId: z.string().nullable(),
  sku: z.string(),
  units: z.int().positive(),
  reason: z.string().nullable(),
  parentReason: z.string().nullable(),
  /** The Loop destination that this item is bound for, where it has one of its own. */
  destinationId: z.string().nullable(),
});
export type ReturnItem = z.infer<typeof item>;

/** A label as Loop lists it with the return. */
const listedLabel = z.object({
  trackingNumber: z.string(),
  /** The line items in the parcel; none named means all of them. */
  lineItemIds: z.array(z.string()),
  standing: z.enum(labelStandings).default('live'),
  /** When Loop last changed the label (ISO 8601, UTC); null where it does not say. */
  at: z.string().nullable().default(null),
});
export type ListedLabel = z.infer<typeof listedLabel>;

const datesOfBefore = z.looseObject({ changedAt: z.string().nullable(), clock: z.string().optional() });

/** Versions before kept one date, and which of the two it was. */
function withBothDates(stored: unknown): unknown {
  const before = datesOfBefore.safeParse(stored).data;
  if (before === undefined) return stored;
  const { changedAt, clock, ...others } = before;
  return clock === 'updated'
    ? { ...others, editedAt: null, updatedAt: changedAt }
    : { ...others, editedAt: changedAt, updatedAt: null };
}

const loopFactsNow = z.object({
  state: z.enum(loopStates),
  /** Loop's own word for the state, where it is none of those that are known here. */
  stateWord: z.string().nullable().default(null),
  /** When the return itself was last changed (ISO 8601, UTC); null where what tells of it does not say. */
  editedAt: z.string().nullable(),
  /** When anything about it last changed, a label or its state included; its webhooks do not say. */
  updatedAt: z.string().nullable(),
  /** Whether Loop has ever told of the return as anything but closed. */
  heardOpen: z.boolean().default(true),
  orderName: z.string().nullable(),
  orderNumber: z.string().nullable(),
  providerOrderId: z.string().nullable(),
  destinationId: z.string().nullable(),
  items: z.array(item),
  /** Where Loop showed them if that need not have all of them; left out elsewhere. */
  itemsFrom: z.literal('report').optional(),
  /** Which part of what Loop told of the items could not be understood; null where all of it was. */
  unread: z.string().nullable().default(null),
  labels: z.array(listedLabel),
  /** What the parcel is known by where it has no label, such as the number of a Happy Returns bag. */
  packageReference: z.string().nullable().default(null),
});

/** What Loop says of a return at one moment. */
export const loopFacts = z.preprocess(withBothDates, loopFactsNow);
export type LoopFacts = z.infer<typeof loopFactsNow>;

/** A tracking number that a label delivery brought. */
export const toldLabel = z.object({
  trackingNumber: z.string(),
  /** When Loop made the label: the earliest date that it told of it (ISO 8601, UTC). */
  at: z.string().nullable(),
  standing: z.enum(labelStandings).default('live'),
  /** When Loop told of that standing. */
  standingAt: z.string().nullable().default(null),
});
export type ToldLabel = z.infer<typeof toldLabel>;

/** What Loop answered when it was asked for a return's destination. */
export const toldDestination = z.object({
  whole: z.string().nullable(),
  byItem: z.record(z.string(), z.string()),
});
export type ToldDestination = z.infer<typeof toldDestination>;
