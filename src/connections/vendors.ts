import { loopTerms } from '../vendors/loop/terms/terms.ts';
import { masonHubTerms } from '../vendors/masonhub/terms/terms.ts';
import type { VendorTerms } from '../vendors/vendor-terms.ts';

/** Which vendors a merchant is connected to. */
export const vendors = ['loop', 'masonhub'] as const;
export type Vendor = (typeof vendors)[number];

export const vendorTerms: Readonly<Record<Vendor, VendorTerms>> = {
  loop: loopTerms,
  masonhub: masonHubTerms,
};
