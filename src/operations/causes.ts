import type { Database } from '../database/connect.ts';
import { adviceFor } from '../returns/advice.ts';
import { isRetryable, needsALook } from '../returns/record.ts';
import { findAllFacts } from '../returns-store/queries.ts';
import { type Cause, listCauses } from '../returns-store/work-list.ts';

/** A cause with what to do about it, as the return tells that waits longest for it. */
export interface AdvisedCause extends Cause {
  readonly advice: string | null;
  /** Whether another try can help, once the cause is gone, without a look at each of the returns. */
  readonly canRetry: boolean;
}

/** What returns need attention for, so many causes at most, the longest first. */
export async function adviseCauses(db: Database, limit: number): Promise<AdvisedCause[]> {
  const causes = await listCauses(db, limit);
  const facts = new Map<string, Awaited<ReturnType<typeof findAllFacts>>>();
  for (const [merchant, own] of Map.groupBy(causes, (cause) => cause.merchant)) {
    const ids = own.map(({ longest }) => longest);
    facts.set(merchant, await findAllFacts(db, merchant, ids));
  }
  return causes.map((cause) => {
    const longest = facts.get(cause.merchant)?.get(cause.longest);
    return {
      ...cause,
      advice: longest === undefined ? null : adviceFor(longest),
      canRetry: longest !== undefined && isRetryable(longest) && !needsALook(longest),
    };
  });
}
