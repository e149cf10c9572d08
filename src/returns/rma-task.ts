import { isDeepStrictEqual } from 'node:util';
import { isRmaFixed, type Return } from './return.ts';

export type RmaTask = 'create' | 'replace' | 'delete' | 'none';

/** What MasonHub has to be told so that it holds the RMA that is wanted. */
export function rmaTask(facts: Return): RmaTask {
  const { wanted, confirmed, sent } = facts;
  if (wanted === null || wanted.kind === 'impossible' || wanted.kind === 'unknown') return 'none';
  if (wanted.kind === 'none') return sent === null || facts.stage !== 'expected' ? 'none' : 'delete';
  if (confirmed === null) return 'create';
  // What was put on the wire last and never answered may be what MasonHub holds instead.
  const isThere = isDeepStrictEqual(confirmed, wanted.rma) && isDeepStrictEqual(sent, wanted.rma);
  return isRmaFixed(facts) || isThere ? 'none' : 'replace';
}
