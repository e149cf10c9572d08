import { z } from 'zod';
import type { Answer, CallResult } from '../../outbound/call.ts';
import { type Passing, sortOut, unknownAnswer } from '../../outbound/failure.ts';
import { masonHubTerms } from '../../vendor-terms/masonhub.ts';

/** What every answer of MasonHub's API is sorted by, before it is read for what was asked. */
export function sorted(outcome: CallResult): Answer | Passing {
  return sortOut(outcome, masonHubTerms.name, masonHubTerms.keySetting);
}

/**
 * Whether it is MasonHub's published 404 of a search, in its own words: whether it answers so, or with an empty list,
 * where it finds none is not published. Another 404, such as a gateway's, does not say that there is none.
 */
export function saysNoneFound({ status, json }: Answer): boolean {
  return status === 404 && noneFound.safeParse(json).success;
}

const noneFound = z.object({ message: z.string().regex(/\brecord or records\b.*could not be found/i) });

/** An answer that is none of those that are known. */
export function unreadable({ status }: Answer): Passing {
  return unknownAnswer(masonHubTerms.name, status);
}
