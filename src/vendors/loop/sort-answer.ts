import type { Answer, CallResult } from '../../outbound/call.ts';
import { type Failure, keyRefused, type Passing, sortOut, unknownAnswer } from '../../outbound/failure.ts';
import { loopTerms } from '../../vendor-terms/loop.ts';
import { isPassing, keyRefusalIn, readError } from './answers.ts';

/**
 * What every answer of Loop's API is sorted by, before it is read for what was asked. With which status Loop's own word for
 * a refused key comes is not published: it may be about one return, so that it stops no other, and is tried again.
 */
export function sorted(outcome: CallResult): Answer | Passing {
  const { name, keySetting } = loopTerms;
  const answer = sortOut(outcome, name, keySetting);
  const refusal = answer.kind === 'answer' ? keyRefusalIn(answer.json) : null;
  if (refusal === null) return answer;
  return { kind: 'transient', why: keyRefused(name, keySetting, refusal), arrived: 'maybe' };
}

/** An answer that is none of those that are known. */
export function unreadable({ status }: Answer): Passing {
  return unknownAnswer(loopTerms.name, status);
}

/** Loop's errors can come with status 200 and in several envelopes. */
export function refusalOr(answer: Answer): Failure {
  const error = readError(answer.json);
  return error !== null && !isPassing(error) ? { kind: 'refused', why: error.message } : unreadable(answer);
}
