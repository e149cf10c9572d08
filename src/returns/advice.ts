import { needsALook } from './record.ts';
import type { Return } from './return.ts';
import { stepTable } from './steps.ts';
import { troubleOf } from './trouble.ts';

/** What a person can do about a return now; null where nothing has to be done. */
export function adviceFor(facts: Return): string | null {
  const { outcome, wanted, loop } = facts;
  const trouble = troubleOf(facts);
  if (needsALook(facts)) {
    return 'Open the return in Loop and see whether it has been refunded. Settle it there, or retry this one by itself: then the message is sent to Loop again.';
  }
  if (trouble !== null) {
    return trouble.step === null
      ? 'This is for a person to decide; there is nothing that could be tried again. Settle it in Loop.'
      : stepTable[trouble.step].advice;
  }
  if (outcome === null)
    return wanted?.kind === 'impossible' ? 'Correct the return in Loop, then retry.' : null;
  if (loop?.state === 'closed') return null;
  if (outcome.kind === 'hold') return 'The merchant refunds it in Loop.';
  return outcome.kind === 'flag' && outcome.message === 'accepted' ? 'The merchant decides in Loop.' : null;
}
