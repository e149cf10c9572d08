import { firstPolicy } from '../../src/returns/policy.ts';
import { judge as judgeAll, type Verdict } from '../../src/returns/receipt.ts';
import type { Receipt, Rma } from '../../src/returns/return.ts';

export type Judged = Pick<Verdict, 'kind' | 'findings' | 'extras'>;

/** One parcel, by the rule of before merchants could sort dispositions: only `available` is good. */
export function judge(asked: Rma, receipt: Receipt): Judged {
  const { kind, findings, extras } = judgeAll(asked, [receipt], firstPolicy);
  return { kind: kind === 'refundable' ? kind : 'exception', findings, extras };
}

export const finding = (sku: string, disposition: string, units: number, ...notes: string[]) => ({
  sku,
  disposition,
  units,
  notes,
});
