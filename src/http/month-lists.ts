import type { Difference } from '../returns/difference.ts';
import { periodOf } from '../returns-store/month-report.ts';
import type { ReturnQuery } from './return-query.ts';

/** What a month's report counts and a list can show, as the parameters of that list. */
export interface MonthLists {
  readonly created: ReturnQuery;
  readonly received: ReturnQuery;
  readonly held: ReturnQuery;
  readonly needsAttention: ReturnQuery;
  readonly differs: (difference: Difference) => ReturnQuery;
}

/** @param month such as `2026-11` */
export function monthLists(merchant: string, month: string): MonthLists {
  const { before } = periodOf(month);
  const days = { from: `${month}-01`, to: new Date(before.getTime() - 1).toISOString().slice(0, 10) };
  const decided = { merchant, dated: 'decided', ...days } as const;
  return {
    created: { merchant, ...days },
    received: { merchant, dated: 'received', ...days },
    held: { ...decided, decision: 'hold' },
    needsAttention: { merchant, status: 'attention' },
    differs: (differs) => ({ ...decided, differs }),
  };
}
