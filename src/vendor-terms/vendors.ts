import { loopTerms } from './loop.ts';
import { masonHubTerms } from './masonhub.ts';
import type { VendorTerms } from './terms.ts';

/** Which vendors a merchant is connected to. */
export const vendors = ['loop', 'masonhub'] as const;
export type Vendor = (typeof vendors)[number];

export const vendorTerms: Readonly<Record<Vendor, VendorTerms>> = {
  loop: loopTerms,
  masonhub: masonHubTerms,
};
