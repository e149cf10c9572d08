import { z } from 'zod';
import { type LoopState, labelStandings, loopFacts, type ToldDestination } from './loop-facts.ts';
import {
  type Receipt,
  type Rma,
  type RmaOrigin,
  receipt,
  receiptDates,
  type Step,
  type Wait,
  type WarehouseStage,
} from './return.ts';
import { loopTrigger } from './timeline.ts';

/**
 * Everything that can happen to a return, in this service's own words.
 * Deliveries bring the first group; they wait in the inbox as JSON, so they are schemas.
 */

const loopReturn = z.object({
  kind: z.literal('loopReturn'),
  /** What told us: a webhook's trigger, or our own asking. */
  trigger: z.union([z.enum(['return.pulled', 'details.told']), loopTrigger]),
  /** By itself, or because Loop was asked: an answer shows less than a webhook does. */
  heardBy: z.enum(['webhook', 'answer']).default('webhook'),
  /** Whether it tells the state at all: where not, what was told before still holds. */
  tellsState: z.boolean().default(true),
  /** Which labels it shows: all that the return has, or the newest alone and not which items it covers. */
  shownLabels: z.enum(['all', 'newest']).default('all'),
  facts: loopFacts,
});
const label = z.object({
  kind: z.literal('label'),
  trigger: loopTrigger,
  trackingNumber: z.string().nullable(),
  standing: z.enum(labelStandings).default('live'),
  /** When Loop made or changed the label (ISO 8601, UTC). */
  at: z.string().nullable(),
});
const processingFailed = z.object({ kind: z.literal('processingFailed'), message: z.string().nullable() });
const carrier = z.object({
  kind: z.literal('carrier'),
  status: z.enum(['tendered', 'inTransit', 'delivered', 'undeliverable']),
});
const receiving = z.object({
  kind: z.literal('receiving'),
  stage: z.enum(['onDock', 'receivingStarted']),
  /** As of when; left out where MasonHub shows the RMA as received beside it. */
  asOf: receiptDates.exactOptional(),
});
/** The receipt of a parcel. */
export const receiptEvent = z.object({
  kind: z.literal('receipt'),
  /** What told us: MasonHub's callback, or our own asking. */
  trigger: z.enum(['receipt', 'receipt.pulled']),
  receipt,
});
/** A receipt whose RMA is known and whose contents are not. */
const receiptUnread = z.object({
  kind: z.literal('receiptUnread'),
  /** Names the field, never its value. */
  why: z.string(),
  /** As of when; left out where MasonHub did not tell it but showed it. */
  asOf: receiptDates.exactOptional(),
  /**
   * Where MasonHub did not tell it but showed it, asked; `changedAt`: when it last changed its record of it (ISO 8601,
   * UTC), null where it does not say.
   */
  shown: z.object({ changedAt: z.string().nullable() }).exactOptional(),
});
/** A word of MasonHub's for the RMA that is not known here. `countsUnits`: units were received. */
const unknownStatus = z.object({
  kind: z.literal('unknownStatus'),
  status: z.string(),
  countsUnits: z.boolean(),
  /** As of when; left out where MasonHub shows the RMA as received beside it. */
  asOf: receiptDates.exactOptional(),
});

/** What a vendor's delivery can say about one return. */
export const deliveredEvent = z.discriminatedUnion('kind', [
  loopReturn,
  label,
  processingFailed,
  carrier,
  receiving,
  receiptEvent,
  receiptUnread,
  unknownStatus,
]);
export type DeliveredEvent = z.infer<typeof deliveredEvent>;

/** The answers to our own calls, and what a person asks for. */
export type StepEvent =
  | { kind: 'rmaSent'; rma: Rma }
  /** `revived`: in place of a deleted one that still had its number. */
  | { kind: 'rmaAccepted'; rma: Rma; how: 'created' | 'replaced' | 'revived' }
  /** Found in MasonHub as `rma`, after `asked` had been put on the wire; with its receipt, where it was received. */
  | { kind: 'rmaAccepted'; rma: Rma; how: 'adopted'; origin: RmaOrigin; asked: Rma; receipt?: Receipt }
  /** `rma`: the one that MasonHub would not open, or change to; null where it would not delete one. */
  | { kind: 'rmaRefused'; why: string; rma: Rma | null }
  | { kind: 'rmaDeleteSent' }
  | { kind: 'rmaDeleted' }
  /** MasonHub has no such RMA any more, though it was to be replaced. */
  | { kind: 'rmaGone' }
  /** The parcel has come too far for the RMA to be replaced or deleted. `status`: MasonHub's word for how far. */
  | {
      kind: 'rmaFixed';
      task: 'replace' | 'delete';
      stage: Exclude<WarehouseStage, 'expected'>;
      status: string;
    }
  /** `stateWhenSent`: what Loop had last said of the return when the message left. */
  | { kind: 'messageAccepted'; stateWhenSent: LoopState | null }
  /** `state` is what Loop says the return is, where the refusal says so. */
  | { kind: 'messageRefused'; why: string; state: LoopState | null }
  | { kind: 'noteAdded' }
  | { kind: 'noteRefused'; why: string }
  /** What Loop's details say, asked for. `word`: Loop's own word where the state is not known here. */
  | { kind: 'stateTold'; state: LoopState; word: string | null }
  | { kind: 'destinationTold'; destination: ToldDestination }
  /** What was waited for has not come in time. */
  | { kind: 'waitOver'; for: Wait['for'] }
  /** MasonHub has corrected the number on a parcel without an RMA that counted to this return. */
  | { kind: 'parcelLeft'; receipt: Receipt }
  /** MasonHub, asked, showed of a parcel what was known of it when it was asked. */
  | { kind: 'receiptStillShown'; receipt: Receipt }
  | { kind: 'dispositionsReported'; count: number }
  | { kind: 'dispositionsFailed'; why: string }
  | { kind: 'stepFailed'; step: Step; why: string }
  /** `by`: what the one who asked for it is called. */
  | { kind: 'retryRequested'; by: string };

export type ReturnEvent = DeliveredEvent | StepEvent;
export type LabelEvent = Extract<ReturnEvent, { kind: 'label' }>;
export type LoopReturnEvent = Extract<ReturnEvent, { kind: 'loopReturn' }>;
export type ReceiptEvent = z.infer<typeof receiptEvent>;
export type UnreadReceiptEvent = z.infer<typeof receiptUnread>;
export type ReceivingEvent = z.infer<typeof receiving>;
export type UnknownStatusEvent = z.infer<typeof unknownStatus>;
