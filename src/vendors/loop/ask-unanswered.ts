import type { StepEvent } from '../../returns/events.ts';
import type { SentOutcome } from '../../returns/return.ts';
import type { ClaimedStep } from '../../returns-store/claims.ts';
import type { StepContext } from '../../steps/context.ts';
import { type NotNow, notNow } from '../../steps/wait-while-paused.ts';
import type { Unanswered } from './claims.ts';
import type { LoopClient } from './client.ts';

/**
 * What Loop knows of a request that it never answered, or may still be at, before it is sent again: it was done, it cannot
 * be done, or nothing.
 */
export async function askUnanswered(
  client: LoopClient,
  step: ClaimedStep,
  loopReturnId: string,
  outcome: SentOutcome,
  unanswered: Unanswered,
): Promise<{ event: StepEvent } | NotNow | { unknown: true }> {
  if (step === 'note') {
    const notes = await client.notes(loopReturnId);
    if (notes.kind === 'refused') return { kind: 'retry', why: notes.why };
    if (notes.kind !== 'notes') return notNow(notes);
    return notes.contents.includes(outcome.note ?? '') ? { event: { kind: 'noteAdded' } } : { unknown: true };
  }
  const known = await client.state(loopReturnId);
  if (known.kind === 'transient' || known.kind === 'paused') return notNow(known);
  if (known.kind === 'unknown') return { unknown: true };
  if (known.state === 'review' && outcome.kind === 'flag') {
    return { event: { kind: 'messageAccepted', stateWhenSent: null } };
  }
  if (known.state === 'unknown') {
    return { kind: 'retry', why: `Loop may still be at an earlier request, and says ${known.word ?? ''}` };
  }
  if (known.state === 'review' && unanswered.state !== 'review') {
    return { event: { kind: 'messageRefused', why: reviewed[unanswered.knownBy], state: known.state } };
  }
  if (known.state === 'open' || known.state === 'review') return { unknown: true };
  const why = `Loop says that the return is ${known.state}. Open it in Loop's admin and decide there.`;
  return { event: { kind: 'messageRefused', why, state: known.state } };
}

/** Loop may have accepted the request and failed at it; sent again by itself, it could be carried out twice. */
const reviewed = {
  claim:
    "Loop did not answer the request to process the return, or accepted it, and has put the return into Needs Review since: it may not have been able to carry it out. Open the return in Loop's admin, solve it there, and process it there or retry here.",
  backup:
    "The database was restored from a backup, or nothing ran on it for a while: it does not know whether Loop was asked to process the return since, and Loop has it in Needs Review: it may have been asked and not been able to carry it out. Open the return in Loop's admin and process it there; or take it out of review there, and retry here.",
} as const satisfies Record<Unanswered['knownBy'], string>;

/** Whether an earlier request has had all the time that Loop is given to act on it. */
export function isOverdue(
  context: StepContext,
  step: ClaimedStep,
  outcome: SentOutcome,
  since: Date,
): boolean {
  const queued = step === 'message' && outcome.kind === 'process';
  const patience = queued ? context.pace.processWithinMs : context.pace.answerWithinMs;
  return context.now().getTime() - since.getTime() >= patience;
}
