import type { Merchant } from '../../config/merchants.ts';

/** A return in Loop's admin. */
export function loopAdminUrl(loopReturnId: string): string {
  return `https://admin.loopreturns.com/returns/${encodeURIComponent(loopReturnId)}`;
}

/** The merchant's account in MasonHub. It documents no address for a single RMA. */
export function masonHubUrl(merchant: Merchant): string {
  return merchant.masonhub.apiUrl.replace(/\/api\/v\d+$/, '');
}
