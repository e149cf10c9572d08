import { writtenDuration } from '../config/duration.ts';
import { NEVER_GOOD } from '../config/receipt-policy.ts';
import type { CheckFinding } from '../vendors/check-finding.ts';
import type { MerchantInSetup } from './entries.ts';

const title = 'Receipts';

/**
 * How a merchant's receipts are sorted: what is refunded, what waits and how long. Where that does not go
 * together with the status that RMAs ask for, it is a hint.
 */
export function receiptsFinding({ merchant, unset }: MerchantInSetup): CheckFinding {
  if (unset.some(({ field }) => field.startsWith('receipts.'))) {
    return { mark: 'skipped', title, text: 'not shown until its variables are set' };
  }
  const { refund, wait, waitForMs } = merchant.receipts;
  const waiting =
    wait.length === 0 ? 'none waits' : `wait, ${writtenDuration(waitForMs)} at most: ${wait.join(', ')}`;
  const text = `refund: ${refund.join(', ')}; ${waiting}`;
  const hint = hintOf(merchant);
  return hint === null ? { mark: 'good', title, text } : { mark: 'hint', title, text, ...hint };
}

function hintOf({
  receipts: { refund, wait, trustRequestedStatus },
  masonhub: { receiveInto },
}: MerchantInSetup['merchant']): Pick<CheckFinding, 'details' | 'fix'> | null {
  const asked = `RMAs ask for units to be received into ${receiveInto}.`;
  if (refund.includes(receiveInto)) {
    if (trustRequestedStatus) return null;
    return {
      details: [
        `${asked} A receipt without details that says ${receiveInto} may only repeat that: it proves nothing, and a person has to look at it.`,
      ],
      fix: 'Let masonhub.receiveInto be another status, which is in receipts.wait. Or write receipts.trustRequestedStatus: true, and what is repeated is refunded.',
    };
  }
  if (wait.includes(receiveInto)) return null;
  const lists = NEVER_GOOD.includes(receiveInto) ? 'receipts.wait' : 'receipts.refund or receipts.wait';
  return {
    details: [`${asked} That is in neither list, so units that are left in it are flagged.`],
    fix: `Write ${receiveInto} into ${lists}, or change masonhub.receiveInto.`,
  };
}
