import type { MerchantSpec } from '../support/vendors.ts';

/** Three shops that differ where it matters to the outcome. */
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
}

export const rules: Readonly<Record<Slug, ShopRules>> = {
  acme: { refunds: true, partialRmas: false, dispositions: false },
  borealis: { refunds: false, partialRmas: false, dispositions: false },
  cirrus: { refunds: true, partialRmas: true, dispositions: true },
};

/** Vendors repeat what was not taken as the real ones do, only sooner: 0.2 to 3.2, and 0.1 to 6 seconds later. */
export function specOf(slug: Slug): MerchantSpec {
  return {
    ...rules[slug],
    loop: { retryDelayMs: 200, closeAfterMs: 300 },
    masonhub: {
      catalogue,
      retryMinuteMs: 100,
      deletedStayTaken: slug === 'cirrus',
    },
  };
}
