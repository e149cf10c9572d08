import { defaultReceiptPolicy, type ReceiptPolicy } from '../../src/returns/policy.ts';
import type { MerchantSpec, ReceiptsSection } from '../support/vendors.ts';

/** Three shops that differ where it matters to the outcome, and in what their vendors' pages leave open. */
export const slugs = ['acme', 'borealis', 'cirrus'] as const;
export type Slug = (typeof slugs)[number];

export const catalogue = ['TEE-RED-M', 'TEE-BLUE-L', 'HAT-WOOL', 'MUG-WHITE', 'SOCKS-2', 'BAG-CANVAS'];
/** A SKU that MasonHub does not have. */
export const unknownSku = 'GONE-FOREVER';
/** What turns up in a parcel without being on the RMA. */
export const strangeSku = 'STRANGE-THING';

export interface ShopRules {
  readonly refunds: boolean;
  readonly partialRmas: boolean;
  readonly dispositions: boolean;
  /** Items that are on no label stay off the RMA. */
  readonly leaveOffKept: boolean;
  /** In Loop, the shop lets a return in review be processed. */
  readonly processFlagged: boolean;
  /** The status that its RMAs ask for. */
  readonly receiveInto: 'qc' | 'available';
  /** How long units in inspection and second parcels are waited for: never, hardly, or longer than a run. */
  readonly patience: 'none' | 'short' | 'long';
  readonly trustRequestedStatus: boolean;
}

const careful = {
  partialRmas: false,
  dispositions: false,
  leaveOffKept: false,
  processFlagged: false,
  trustRequestedStatus: false,
};

export const rules: Readonly<Record<Slug, ShopRules>> = {
  acme: { ...careful, refunds: true, receiveInto: 'available', patience: 'long' },
  borealis: { ...careful, refunds: false, receiveInto: 'qc', patience: 'none' },
  cirrus: {
    refunds: true,
    partialRmas: true,
    dispositions: true,
    leaveOffKept: true,
    processFlagged: true,
    receiveInto: 'available',
    patience: 'short',
    trustRequestedStatus: true,
  },
};

/** In the middle of a run this shop begins to call refurbished units good. */
export const changingShop = 'acme';
const refundBefore = ['available'];
const refundAfter = ['available', 'refurbishing'];

const patienceMs = { none: 0, short: 2_000, long: 86_400_000 } as const;

/**
 * What a shop's receipts are judged by.
 * @param refund the dispositions that were good when its RMA was sent
 */
export function policyOf(
  { patience, trustRequestedStatus }: ShopRules,
  refund: readonly string[],
): ReceiptPolicy {
  const waitForMs = patienceMs[patience];
  const wait = patience === 'none' ? [] : defaultReceiptPolicy.wait;
  return { refund: [...refund], wait, waitForMs, secondParcelForMs: waitForMs, trustRequestedStatus };
}

/** The same as the merchants file has it, before and after the change in the middle of the run. */
export function receiptsOf(slug: Slug, when: 'before' | 'after'): ReceiptsSection {
  const refund = slug === changingShop && when === 'after' ? refundAfter : refundBefore;
  const { wait, waitForMs, secondParcelForMs, trustRequestedStatus } = policyOf(rules[slug], refund);
  const inWords = (ms: number) => `${ms / 1000}s`;
  return {
    refund,
    wait,
    // A time of nothing is written for parcels only: where no word waits, it has no meaning.
    ...(wait.length === 0 ? {} : { waitFor: inWords(waitForMs) }),
    secondParcelFor: inWords(secondParcelForMs),
    trustRequestedStatus,
  };
}

type Habits = Required<Pick<MerchantSpec, 'loop' | 'masonhub'>>;

/** Where a vendor's pages describe two ways, each is some shop's. */
const habits: Readonly<Record<Slug, Habits>> = {
  acme: { loop: { listItems: 'shown', labelShape: 'today' }, masonhub: { cid: 'list' } },
  borealis: { loop: { asnDates: 'days only', labelShape: 'older' }, masonhub: { cid: 'one' } },
  cirrus: {
    loop: { asnDates: 'days only' },
    masonhub: { cid: 'one', deletedStayTaken: true, changeAnswers: 'description' },
  },
};

/** Vendors repeat what was not taken as the real ones do, only sooner: 0.2 to 3.2, and 0.1 to 6 seconds later. */
export function specOf(slug: Slug): MerchantSpec {
  const { leaveOffKept, processFlagged, receiveInto, refunds, partialRmas, dispositions } = rules[slug];
  const { loop, masonhub } = habits[slug];
  return {
    refunds,
    partialRmas,
    dispositions,
    keptItems: leaveOffKept ? 'leaveOff' : 'expect',
    receipts: receiptsOf(slug, 'before'),
    masonhubSettings: { receiveInto },
    loop: { retryDelayMs: 200, closeAfterMs: 300, processFlagged, ...loop },
    masonhub: { catalogue, retryMinuteMs: 100, ...masonhub },
  };
}
