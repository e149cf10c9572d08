import type { Receipt, Return, Rma } from './return.ts';

/** The return's own RMA, where its parcel is, and whether what was received is known to be of it. */

/** The RMA that MasonHub holds, else the one that was sent, else the one that is wanted; null where there is none. */
export function askedRma({
  confirmed,
  sent,
  wanted,
}: Pick<Return, 'confirmed' | 'sent' | 'wanted'>): Rma | null {
  return confirmed ?? sent ?? (wanted?.kind === 'rma' ? wanted.rma : null);
}

/** The receipt of an RMA with the return's number; undefined where there is none. */
export function ownReceipt({ receipts }: Pick<Return, 'receipts'>): Receipt | undefined {
  return receipts.find((one) => !one.isBlind);
}

/** Whether the parcel of an RMA with the return's number was received. */
export function isOwnReceived(facts: Pick<Return, 'receipts'>): boolean {
  return ownReceipt(facts) !== undefined;
}

/**
 * Whether a receipt has come under the return's number of which nobody can say whose it is: MasonHub has not answered for
 * the RMA that was sent, and somebody else can have opened one with that number.
 */
export function isReceiptUnproven(facts: Pick<Return, 'confirmed' | 'sent' | 'receipts'>): boolean {
  return facts.confirmed === null && facts.sent !== null && isOwnReceived(facts);
}

/** Whether the parcel of the return's own RMA is at the warehouse, and its receipt is not in. */
export function isOwnParcelAtTheDock(facts: Pick<Return, 'stage' | 'receipts'>): boolean {
  return isRmaFixed(facts) && facts.receipts.every((one) => one.isBlind);
}

/** Whether the parcel has come so far that MasonHub does not replace its RMA any more. */
export function isRmaFixed({ stage }: Pick<Return, 'stage'>): boolean {
  return stage === 'delivered' || stage === 'receiving';
}
