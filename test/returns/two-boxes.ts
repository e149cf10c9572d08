import type { ReceiptEvent } from '../../src/returns/events.ts';
import type { Receipt, ReceiptLine } from '../../src/returns/return.ts';
import { found, item, listed, loopTells, receiptOf, receiptTold } from './fixtures.ts';

/** A shirt and a pair of pants that come back in a box each, of which MasonHub may receive one without an RMA. */

export const [own, second] = ['1Z999AA10123456784', '1Z999AA10123456791'];
export const items = [item('SHIRT', { lineItemId: '71' }), item('PANTS', { lineItemId: '72' })];
export const labels = [
  { ...listed(own), lineItemIds: ['71'] },
  { ...listed(second), lineItemIds: ['72'] },
];
export const inTwoBoxes = loopTells({ trigger: 'return.created', items, labels });
export const shirt = found('SHIRT', { available: 1 });
export const pants = found('PANTS', { available: 1 });

export function blind(packageId: string, ...lines: ReceiptLine[]): ReceiptEvent {
  const receipt: Receipt = {
    ...receiptOf(...lines),
    isBlind: true,
    packageId,
    masonHubId: `hub-${packageId}`,
  };
  return receiptTold(receipt);
}
