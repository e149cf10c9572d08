import { z } from 'zod';
import { masonHubTerms } from '../vendor-terms/masonhub.ts';
import type { LoopFacts, ToldDestination, ToldLabel } from './loop-facts.ts';
import type { ReceiptPolicy } from './policy.ts';

/**
 * A return as this service knows it: facts from Loop, facts from MasonHub, and what was decided.
 * The shapes are zod schemas because they are also what the database keeps.
 */

/** The statuses a person sees; README.md beside this file says what each one means. */
export const statuses = [
  'pending',
  'open',
  'receiving',
  'inspecting',
  'received',
  'processing',
  'processed',
  'flagged',
  'held',
  'cancelled',
  'attention',
] as const;
export type Status = (typeof statuses)[number];

const rmaLine = z.object({
  sku: z.string(),
  units: z.int().positive(),
  reason: z.enum(masonHubTerms.reasonCodes),
  note: z.string().nullable(),
  orderReference: z.string().nullable(),
});
export type RmaLine = z.infer<typeof rmaLine>;

/** An RMA as MasonHub is asked to hold it. */
export const rma = z.object({
  /** MasonHub's `customer_identifier`. */
  rmaNumber: z.string(),
  /** The parcel's tracking number or, while there is none, the return id. */
  packageId: z.string(),
  receiveInto: z.enum(masonHubTerms.receiveInto),
  lines: z.array(rmaLine).nonempty(),
});
export type Rma = z.infer<typeof rma>;

/** What MasonHub should hold for a return, as far as Loop's facts go. */
export const wantedRma = z.discriminatedUnion('kind', [
  /**
   * `leftOut`: how many units have no usable SKU and stay off the RMA, where the merchant allows that.
   * `kept`: how many units are on no label and stay off it, where the merchant wants that.
   * `elsewhere`: how many units are bound for a destination that is not MasonHub's.
   */
  z.object({
    kind: z.literal('rma'),
    rma,
    leftOut: z.int().nonnegative(),
    kept: z.int().nonnegative().default(0),
    elsewhere: z.int().nonnegative().default(0),
  }),
  /** Loop has not said what is needed for it, and is asked: its items, or its destination. */
  z.object({ kind: z.literal('unknown') }),
  /** `endsAs`: the status of a return for which MasonHub is to hold nothing. */
  z.object({
    kind: z.literal('none'),
    why: z.string(),
    endsAs: z.enum(['cancelled', 'processed']).default('cancelled'),
  }),
  z.object({ kind: z.literal('impossible'), why: z.string() }),
]);
export type WantedRma = z.infer<typeof wantedRma>;

const receivedUnits = z.object({
  /** MasonHub's inventory status, lower case. */
  disposition: z.string(),
  units: z.int().nonnegative(),
  note: z.string().nullable(),
});
export type ReceivedUnits = z.infer<typeof receivedUnits>;

const receiptLine = z.object({
  sku: z.string(),
  /** False where the warehouse says that the item was not on the RMA. */
  onRma: z.boolean(),
  /** How many units the warehouse counted; null where it does not say. */
  counted: z.int().nonnegative().nullable(),
  /** Whether the warehouse says what happened to them; where not, the status of the line is all there is. */
  detailed: z.boolean().default(true),
  received: z.array(receivedUnits),
});
export type ReceiptLine = z.infer<typeof receiptLine>;

/** By what it is known which of two receipts of one parcel is the older one. */
export const receiptDates = z.object({
  /** When MasonHub last changed its record of it (ISO 8601, UTC); null where it does not say. */
  changedAt: z.string().nullable().default(null),
  /** When MasonHub received it, as it says (ISO 8601, UTC); left out where it does not. */
  receivedAt: z.string().exactOptional(),
  /** As of when a callback last told of it (ISO 8601, UTC); null where none did, or it did not say. */
  toldAt: z.string().nullable().default(null),
});
export type ReceiptDates = z.infer<typeof receiptDates>;

/** What the warehouse found in one parcel. */
export const receipt = z.object({
  /** MasonHub's own id of the RMA that the parcel was received under; null where it does not say. */
  masonHubId: z.string().nullable().default(null),
  /** What the parcel is known by at the dock. */
  packageId: z.string().nullable().default(null),
  /** Whether it came without an RMA, so that MasonHub made one by itself. */
  isBlind: z.boolean().default(false),
  ...receiptDates.shape,
  /** When MasonHub was last asked for it and showed it (ISO 8601, UTC), by this service's clock; left out where it never was. */
  shownAt: z.string().optional(),
  /**
   * As of when MasonHub last said, after it had told of this receipt, that the return's own RMA is not received; left out
   * where it did not, or has shown the RMA as received since.
   */
  notReceivedAsOf: receiptDates.exactOptional(),
  lines: z.array(receiptLine),
  note: z.string().nullable(),
  /** Why what was found could not be understood; left out where it could. Of the return's own RMA, see `receiptUnread`. */
  unread: z.string().optional(),
});
export type Receipt = z.infer<typeof receipt>;

/** How far a message to Loop has come. */
export const messageStates = ['due', 'accepted', 'refused'] as const;
/** How far the note beside it has come. */
export const noteStates = ['none', 'due', 'added', 'refused'] as const;

/**
 * What was decided for a received return, once and for good.
 * `process` and `flag` send Loop a message; `hold` and `none` send nothing.
 */
export const outcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['process', 'flag']),
    why: z.string(),
    note: z.string().nullable(),
    message: z.enum(messageStates),
    noteState: z.enum(noteStates),
  }),
  z.object({ kind: z.enum(['hold', 'none']), why: z.string() }),
]);
export type Outcome = z.infer<typeof outcome>;
export const outcomeKinds = ['process', 'flag', 'hold', 'none'] as const satisfies readonly Outcome['kind'][];
export type SentOutcome = Extract<Outcome, { kind: 'process' | 'flag' }>;

/** The steps that carry a return to a vendor. */
export const steps = [
  'rma',
  'message',
  'note',
  'closing',
  'destination',
  'details',
  'receipt',
  'inspection',
  'parcel',
  'dispositions',
] as const;
export type Step = (typeof steps)[number];

const since = z.string().nullable().default(null);
const firstSince = z.object({ inspection: since, parcel: since, receiving: since });

/** What a received return waits for before it can be decided. */
export const wait = z.object({
  /**
   * Units in the warehouse's quality control, another parcel with units that are only missing, or the receipt of the
   * RMA's own parcel where all that it asks for has come in others, or where MasonHub has said since that it is not received.
   */
  for: z.enum(['inspection', 'parcel', 'receiving']),
  /** Since when (ISO 8601, UTC). */
  since: z.string(),
  /** How long it is waited for at most, in milliseconds. */
  atMostMs: z.int().nonnegative(),
  isOver: z.boolean(),
  /** Since when each was first waited for, so that no time begins anew where the two take turns. */
  firstSince: firstSince.prefault({}),
});
export type Wait = z.infer<typeof wait>;

/** The step that ends a wait. */
export const stepOfWait = {
  inspection: 'inspection',
  parcel: 'parcel',
  receiving: 'parcel',
} as const satisfies Record<Wait['for'], Step>;

/** When a wait is over. */
export function endOfWait({ since, atMostMs }: Wait): Date {
  return new Date(Date.parse(since) + atMostMs);
}

/** Whether MasonHub is asked once more for a receipt that proves nothing. */
export const askStates = ['no', 'due', 'done'] as const;

/**
 * Why a person has to look, and which step is tried again when they ask for it.
 * `isGivenUp`: the service has stopped trying, so an answer that still comes settles it.
 */
export const problem = z.object({
  step: z.enum(steps).nullable(),
  why: z.string(),
  isGivenUp: z.literal(true).exactOptional(),
});
export type Problem = z.infer<typeof problem>;

/** How far the report of each unit's disposition to Loop has come. */
export const dispositionStates = ['none', 'due', 'reported', 'failed'] as const;

/**
 * How far MasonHub has shown the parcel to be. Once it is `moving` its RMA cannot be deleted any more, and
 * from `delivered` on it cannot be replaced either.
 */
export const warehouseStages = ['expected', 'moving', 'delivered', 'receiving'] as const;
export type WarehouseStage = (typeof warehouseStages)[number];

/**
 * How MasonHub came to hold the RMA: opened by this service since it knows the return, or found there, from before or by
 * somebody else. Of one that was found nobody knows here what it asked for, and MasonHub searches by the day of creation.
 */
export const rmaOrigins = ['opened', 'found'] as const;
export type RmaOrigin = (typeof rmaOrigins)[number];

export interface Return {
  readonly merchant: string;
  readonly loopReturnId: string;
  /** The number of its RMA in MasonHub. That of a return's first RMA is Loop's return id. */
  readonly rmaNumber: string;
  /** Null until Loop itself has spoken: a label or a receipt can arrive first. */
  readonly loop: LoopFacts | null;
  /** Labels that came by themselves, also before the return did. */
  readonly labels: readonly ToldLabel[];
  /** Null until Loop was asked. */
  readonly destination: ToldDestination | null;
  readonly wanted: WantedRma | null;
  /** The RMA last put on the wire, unless MasonHub would not take it. */
  readonly sent: Rma | null;
  /**
   * The RMA that MasonHub holds: what was asked for. Null where none was sent, and while its creation or deletion has no
   * answer; `confirmedPolicy` tells these two apart.
   */
  readonly confirmed: Rma | null;
  readonly rmaOrigin: RmaOrigin;
  readonly stage: WarehouseStage;
  /** One for each parcel that was received. */
  readonly receipts: readonly Receipt[];
  /** What could not be understood of the latest receipt of its own RMA; null where there is no such thing. */
  readonly receiptUnread: string | null;
  /** As of when that receipt is; null where there is none, or where a version before noted it. */
  readonly receiptUnreadAsOf: ReceiptDates | null;
  /** How the merchant sorted dispositions when the RMA was last put on the wire; null before it ever was. */
  readonly sentPolicy: ReceiptPolicy | null;
  /** The same of the RMA that MasonHub holds; null while none is known to be there. */
  readonly confirmedPolicy: ReceiptPolicy | null;
  /** What is waited for before a decision; null where nothing is. */
  readonly wait: Wait | null;
  readonly askedAgain: (typeof askStates)[number];
  readonly outcome: Outcome | null;
  readonly dispositions: (typeof dispositionStates)[number];
  readonly problem: Problem | null;
}

/** Whether a refund is decided, and its message is still to be sent: Loop has neither accepted nor refused it. */
export function isRefundDue({ outcome }: Pick<Return, 'outcome'>): boolean {
  return outcome?.kind === 'process' && outcome.message === 'due';
}

/** Whether a refund is decided, and Loop has not accepted its message: refused, it is sent again once a person retries. */
export function isRefundOpen({ outcome }: Pick<Return, 'outcome'>): boolean {
  return outcome?.kind === 'process' && outcome.message !== 'accepted';
}

/** A return of which nothing is known but its number. */
export function newReturn(merchant: string, loopReturnId: string): Return {
  return {
    merchant,
    loopReturnId,
    rmaNumber: loopReturnId,
    loop: null,
    labels: [],
    destination: null,
    wanted: null,
    sent: null,
    confirmed: null,
    rmaOrigin: 'opened',
    stage: 'expected',
    receipts: [],
    receiptUnread: null,
    receiptUnreadAsOf: null,
    sentPolicy: null,
    confirmedPolicy: null,
    wait: null,
    askedAgain: 'no',
    outcome: null,
    dispositions: 'none',
    problem: null,
  };
}
