import type { ReceiptPolicy } from '../../config/receipt-policy.ts';
import { limitWords } from './list-words.ts';

/** What a policy does with a receipt, each rule in a sentence. */
export function policyWords(policy: ReceiptPolicy): string[] {
  const { refund, wait, waitForMs, secondParcelForMs, trustRequestedStatus } = policy;
  return [
    `A unit is good as ${list(refund)}; when all are, the return is refunded.`,
    wait.length === 0
      ? 'Nothing is waited for in quality control.'
      : `A unit that is in ${list(wait)} is waited for, up to ${limitWords(waitForMs)}.`,
    secondParcelForMs === 0
      ? 'Another parcel is not waited for.'
      : `Where units are only missing, another parcel on its way is waited for, up to ${limitWords(secondParcelForMs)}.`,
    ...(trustRequestedStatus ? ['A receipt that only repeats the status asked for is trusted.'] : []),
    'Everything else is flagged for review.',
  ];
}

const words = new Intl.ListFormat('en', { type: 'disjunction' });

function list(dispositions: readonly string[]): string {
  return words.format(dispositions);
}
