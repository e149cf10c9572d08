import { aDayMs } from '../config/duration.ts';
import type { ReceiptPolicy } from '../config/receipt-policy.ts';

export { defaultReceiptPolicy, type ReceiptPolicy, receiptPolicy } from '../config/receipt-policy.ts';

/** What held before merchants could say: only `available` is good, and nothing is waited for. */
export const firstPolicy: ReceiptPolicy = {
  refund: ['available'],
  wait: [],
  waitForMs: 7 * aDayMs,
  secondParcelForMs: 0,
  trustRequestedStatus: false,
};

/** A policy in a line of a return's timeline. */
export function describePolicy({ refund, wait, trustRequestedStatus }: ReceiptPolicy): string {
  const waits =
    wait.length === 0 ? 'nothing waits' : `${wait.join(', ')} ${wait.length > 1 ? 'wait' : 'waits'}`;
  const trust = trustRequestedStatus ? '; the status that was asked for is trusted' : '';
  return `${refund.join(', ')} ${refund.length > 1 ? 'are' : 'is'} good; ${waits}; anything else is an exception${trust}.`;
}
