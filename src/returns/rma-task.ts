import { isDeepStrictEqual } from 'node:util';
import { isOwnReceived, isReceiptUnproven, isRmaFixed } from './own-parcel.ts';
import type { Return } from './return.ts';

export type RmaTask = 'create' | 'replace' | 'delete' | 'ask' | 'none';

/** What MasonHub has to be told so that it holds the RMA that is wanted, or asked so that what came is known to be of it. */
export function rmaTask(facts: Return): RmaTask {
  const { wanted, confirmed, sent } = facts;
  if (wanted === null) return 'none';
  if (wanted.kind === 'none') return sent === null || facts.stage !== 'expected' ? 'none' : 'delete';
  // Loop has closed it, and what came needs no RMA any more.
  if (facts.outcome?.kind === 'none' && isOwnReceived(facts)) return 'none';
  // What came is held against what was sent, if that was opened. It is not to be opened any more.
  if (wanted.kind !== 'rma') return isReceiptUnproven(facts) ? 'ask' : 'none';
  if (confirmed === null) return 'create';
  // What was put on the wire last and never answered may be what MasonHub holds instead.
  const isThere = isDeepStrictEqual(confirmed, wanted.rma) && isDeepStrictEqual(sent, wanted.rma);
  return isRmaFixed(facts) || isThere ? 'none' : 'replace';
}
