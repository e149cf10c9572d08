import type { MerchantSpec } from '../support/vendors.ts';

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
}

const careful = { partialRmas: false, dispositions: false, leaveOffKept: false, processFlagged: false };

export const rules: Readonly<Record<Slug, ShopRules>> = {
  acme: { ...careful, refunds: true },
  borealis: { ...careful, refunds: false },
  cirrus: {
    refunds: true,
    partialRmas: true,
    dispositions: true,
    leaveOffKept: true,
    processFlagged: true,
  },
};

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
  const { leaveOffKept, processFlagged, ...settings } = rules[slug];
  const { loop, masonhub } = habits[slug];
  return {
    ...settings,
    keptItems: leaveOffKept ? 'leaveOff' : 'expect',
    // Every story has to end within the run, so nothing is waited for.
    receipts: { wait: [], secondParcelFor: '0d' },
    loop: { retryDelayMs: 200, closeAfterMs: 300, processFlagged, ...loop },
    masonhub: { catalogue, retryMinuteMs: 100, ...masonhub },
  };
}
