import type { LoopCallName } from '../../src/stand-ins/loop/api.ts';
import type { LabelShape, LabelStatus, LoopLabelSpec } from '../../src/stand-ins/loop/labels.ts';
import type { ProcessingEnd, ReturnMethod } from '../../src/stand-ins/loop/returns.ts';
import type { MasonHubCallName } from '../../src/stand-ins/masonhub/api.ts';
import type { ApiVersion, ProgressEvent } from '../../src/stand-ins/masonhub/envelopes.ts';
import type { LineStyle, QuantityStyle } from '../../src/stand-ins/masonhub/quantities.ts';
import type { UnitsInHand } from '../../src/stand-ins/masonhub/receiving.ts';
import type { Slug } from './merchants.ts';

/** What an act waits for, beside its delay. */
export type Condition =
  | 'nothing'
  /** MasonHub holds an RMA for the return, whatever is on it. */
  | 'rma-exists'
  /** It asks for the items that Loop has now, under the tracking number of now. */
  | 'rma-fits'
  /** And the service knows it: in real life days lie between a change and the parcel. */
  | 'rma-known'
  | 'rma-deleted'
  /** The service knows the items and the state that Loop has now. */
  | 'change-known'
  /** Loop has the flag and its note, and the service knows it. */
  | 'flag-known'
  /** The service knows that units are in inspection. */
  | 'inspecting'
  /** The service knows what was in one parcel of the return, and that it is not whole yet. */
  | 'receiving'
  /** The service does nothing more by itself: what becomes of the return is for a person. */
  | 'left-to-person';

/** Something that a vendor's people, or the shopper, do to a return. */
export type Deed =
  | { readonly do: 'label'; readonly trackingNumber: string; readonly shape: LabelShape }
  /** The label that stands for the return is cancelled, and another one takes its place. */
  | {
      readonly do: 'relabel';
      readonly trackingNumber: string;
      readonly shape: LabelShape;
      readonly place: 'first' | 'last';
    }
  | { readonly do: 'labelStatus'; readonly status: LabelStatus }
  /** A label is asked for, or its parcel has ended: both tell nothing new. */
  | { readonly do: 'requestLabel' | 'closeLabel' }
  /** The number of the bag in which a return without a label comes. */
  | { readonly do: 'bag'; readonly reference: string }
  /** The SKUs that the return has from now on, one unit each. */
  | { readonly do: 'change'; readonly items: readonly string[] }
  | { readonly do: 'cancel' | 'expire' | 'reopen' | 'close' }
  /** Any word for the state, also one of which no page tells. */
  | { readonly do: 'state'; readonly state: string }
  /** The shopper may keep everything. */
  | { readonly do: 'keep' }
  /** A person solves what stood in the way, and Loop processes the return. */
  | { readonly do: 'solve' }
  /** Loop tells of the return until the service knows its state, and which items each label is for. */
  | { readonly do: 'tell' }
  | { readonly do: 'progress'; readonly event: ProgressEvent }
  | ReceiptDeed
  /** The parcel is received under an RMA that MasonHub makes itself, by the number of the return's last label. */
  | (Omit<ReceiptDeed, 'do'> & { readonly do: 'receiveBlind' })
  /** One of several parcels, each with a label of its own, is received: under the RMA, or blind. */
  | (Omit<ReceiptDeed, 'do'> & { readonly do: 'receiveBox'; readonly label: number });

export interface ReceiptDeed {
  readonly do: 'receive';
  readonly units: readonly UnitsInHand[];
  readonly times: number;
  readonly apiVersion: ApiVersion;
  readonly auth: 'bearer' | 'body' | 'signature';
  readonly as: 'single' | 'array';
  readonly quantities: QuantityStyle;
  readonly lines: LineStyle;
}

export type Act = Deed & {
  readonly afterMs: number;
  readonly once: Condition;
  /** Whether the vendor tells of it; the messages of an act that is not heard are lost, all of them. */
  readonly heard: boolean;
};

/** One return: what the shopper sends back, and everything that happens to it. */
export interface PlannedReturn {
  readonly id: string;
  readonly merchant: Slug;
  /** When it is created, in milliseconds from the start. */
  readonly at: number;
  /** In a few words, for people. */
  readonly story: string;
  /** SKUs, one unit each; an empty one has none. */
  readonly items: readonly string[];
  readonly label: 'now' | 'late' | 'none';
  /** In place of the one label: several, or one that is special. */
  readonly labels?: readonly LoopLabelSpec[];
  /** By mail unless given. */
  readonly method?: ReturnMethod;
  /** Loop's word for its first state; open unless given. */
  readonly state?: string;
  /** What becomes of the refund message that Loop accepts; it closes the return unless given. */
  readonly processing?: ProcessingEnd;
  /** Whether a webhook tells of its creation. */
  readonly heard: boolean;
  readonly acts: readonly Act[];
}

/** What a vendor answers, or does not, instead of its usual answer. */
export const vendorFaults = [
  'drop',
  'hang',
  'work, then drop',
  'work, then hang',
  '429',
  '429 with Retry-After',
  '500',
  'work, then 500',
  'HTML page',
  'work, then HTML page',
] as const;
export type VendorFault = (typeof vendorFaults)[number];

export type VendorCall =
  | { readonly vendor: 'loop'; readonly call: LoopCallName }
  | { readonly vendor: 'masonhub'; readonly call: MasonHubCallName };

export type Trouble = { readonly at: number } & (
  | { readonly kind: 'kill'; readonly replicas: readonly number[]; readonly downMs: number }
  | { readonly kind: 'stop database'; readonly mode: 'fast' | 'immediate'; readonly downMs: number }
  | ({ readonly kind: 'answer'; readonly merchant: Slug; readonly fault: VendorFault } & VendorCall)
  | {
      readonly kind: 'silence';
      readonly merchant: Slug;
      readonly vendor: 'loop' | 'masonhub';
      readonly forMs: number;
    }
  /** Sends one of the messages of until then once more; `which` runs from 0, the oldest, to 1. */
  | {
      readonly kind: 'repeat';
      readonly merchant: Slug;
      readonly vendor: 'loop' | 'masonhub';
      readonly which: number;
      readonly times: number;
    }
  /** A parcel arrives that belongs to no return. */
  | { readonly kind: 'stray parcel'; readonly merchant: Slug; readonly trackingNumber: string }
  /** A shop says in the merchants file what else is good from now on. */
  | { readonly kind: 'change policy' }
);

/** What happens to a delivery on its way: it comes late, in both replicas at once, or its answer is lost. */
export const wayFaults = ['held back', 'sent to both', 'answer lost'] as const;
export type WayFault = (typeof wayFaults)[number];

/** One PostgreSQL that comes back after it was stopped, or a primary that does not, and its synchronous standby. */
export type DatabaseKind = 'one server' | 'pair';

export interface Schedule {
  readonly seed: number;
  /** From the first return's creation to the last's. */
  readonly spanMs: number;
  readonly returns: readonly PlannedReturn[];
  readonly troubles: readonly Trouble[];
  /** By the number of the delivery, counted from 0 as they come. */
  readonly onTheWay: ReadonlyMap<number, { readonly fault: WayFault; readonly ms: number }>;
}
