import { masonHubTerms } from '../vendor-terms/masonhub.ts';
import type { ReceiptPolicy } from './receipt-policy.ts';

export const REASON_CODES = masonHubTerms.reasonCodes;
export type ReasonCode = (typeof REASON_CODES)[number];

export const RECEIVE_INTO = masonHubTerms.receiveInto;
export type ReceiveInto = (typeof RECEIVE_INTO)[number];

/** What to do with items that are on no label although every label names its items. */
export const KEPT_ITEMS = ['expect', 'leaveOff'] as const;
export type KeptItems = (typeof KEPT_ITEMS)[number];

/** Which of Loop's order fields becomes MasonHub's `customer_order_id`. */
export const ORDER_REFERENCES = ['none', 'order_name', 'order_number', 'provider_order_id'] as const;
export type OrderReference = (typeof ORDER_REFERENCES)[number];

export interface Merchant {
  /** The merchant's name in the service's URLs. */
  readonly slug: string;
  readonly loop: {
    readonly apiKey: string;
    /** At least one; a webhook signed with any of them is authentic. */
    readonly webhookSecrets: readonly string[];
    /** Without a trailing slash. */
    readonly apiUrl: string;
    /** Ids of Loop destinations, as text; `null`: every return goes to MasonHub. */
    readonly destinations: readonly string[] | null;
  };
  readonly masonhub: {
    readonly account: string;
    readonly apiToken: string;
    /** MasonHub sends it with every callback. */
    readonly callbackToken: string;
    /** Without a trailing slash. */
    readonly apiUrl: string;
    readonly orderReference: OrderReference;
    readonly receiveInto: ReceiveInto;
  };
  /** Whether refund messages may be sent. */
  readonly refunds: boolean;
  /** How what the warehouse finds is sorted, for RMAs that are sent from now on. */
  readonly receipts: ReceiptPolicy;
  /** Whether a return may get an RMA without those of its items that have no usable SKU. */
  readonly partialRmas: boolean;
  /** Whether items on no label stay on the RMA, or are left off while the parcel is not received. */
  readonly keptItems: KeptItems;
  /** Whether Loop is told what became of each received unit. */
  readonly dispositions: boolean;
  /** How far back the first pull from Loop reaches, in milliseconds. */
  readonly backfillMs: number;
  /** Keys as `normaliseReason` makes them. */
  readonly returnReasons: ReadonlyMap<string, ReasonCode>;
}

/** By slug. */
export type Merchants = ReadonlyMap<string, Merchant>;

/** The form in which Loop's reasons are compared: letter case and outer spaces do not matter. */
export function normaliseReason(text: string): string {
  return text.trim().toLowerCase();
}
