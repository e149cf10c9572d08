import type { Answer, CallResult } from '../../outbound/call.ts';
import { type Failure, type Passing, sortOut, unknownAnswer } from '../../outbound/failure.ts';
import { loopTerms } from '../../vendor-terms/loop.ts';
import { isPassing, readError } from './answers.ts';

/** What every answer of Loop's API is sorted by, before it is read for what was asked. */
export function sorted(outcome: CallResult): Answer | Passing {
  return sortOut(outcome, loopTerms.name, loopTerms.keySetting);
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
