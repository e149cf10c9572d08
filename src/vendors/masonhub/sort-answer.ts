import type { Answer, CallResult } from '../../outbound/call.ts';
import { type Passing, sortOut, unknownAnswer } from '../../outbound/failure.ts';
import { masonHubTerms } from '../../vendor-terms/masonhub.ts';

/** What every answer of MasonHub's API is sorted by, before it is read for what was asked. */
export function sorted(outcome: CallResult): Answer | Passing {
  return sortOut(outcome, masonHubTerms.name, masonHubTerms.keySetting);
}

/** An answer that is none of those that are known. */
export function unreadable({ status }: Answer): Passing {
  return unknownAnswer(masonHubTerms.name, status);
}
