import type { ReceivingEvent } from './events.ts';
import { isReceiptOpen, withNotReceived } from './open-receipt.ts';
import { noted, type Recorded } from './recorded.ts';
import type { Return } from './return.ts';

/** Notes that the RMA's parcel is at the dock. */
export function recordReceiving(
  facts: Return,
  { stage, asOf }: ReceivingEvent,
  withParcel: (facts: Return) => Return,
): Recorded {
  const after = withNotReceived(withParcel({ ...facts, stage: 'receiving' }), asOf);
  return noted(after, `warehouse.${stage}`, isReceiptOpen(after) ? saidAfterReceipt : null);
}

export const saidAfterReceipt = 'MasonHub said this after it had said that the RMA was received.';
