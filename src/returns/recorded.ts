import type { Merchant } from '../config/merchants.ts';
import type { Return, Step } from './return.ts';
import { wantedRma } from './rma.ts';
import type { TimelineEntry, TimelineEvent } from './timeline.ts';

/** The facts after an event, and the lines that it gives the timeline. */
export interface Recorded {
  readonly after: Return;
  readonly timeline: readonly TimelineEntry[];
}

/** The facts, with one line in the timeline. */
export function noted(after: Return, event: TimelineEvent, detail: string | null): Recorded {
  return { after, timeline: [{ event, detail }] };
}

/** The same where a step has failed: a person has to look, and can have it tried again. */
export function failed(facts: Return, event: TimelineEvent, step: Step, why: string): Recorded {
  // What only a person can settle is not made retryable by what goes wrong after it. And a message that has come to
  // nothing is not covered up: once it is tried again, so is what else failed.
  const isCovering = facts.problem?.step === 'message' && step !== 'message';
  if (facts.problem?.step === null || isCovering) return noted(facts, event, why);
  return { after: { ...facts, problem: { step, why } }, timeline: [{ event, detail: null }] };
}

/** The same where it was tried for the last time. */
export function givenUp(facts: Return, event: TimelineEvent, step: Step, why: string): Recorded {
  const { after, timeline } = failed(facts, event, step, why);
  const isNew = after.problem !== facts.problem && after.problem !== null;
  return isNew
    ? { after: { ...after, problem: { ...after.problem, isGivenUp: true } }, timeline }
    : { after, timeline };
}

/** The facts without word of a step that was given up, whose answer has come after all. */
export function withoutGivenUp(facts: Return, step: Step): Return {
  const { problem } = facts;
  return problem?.step === step && problem.isGivenUp === true ? { ...facts, problem: null } : facts;
}

/** A parcel has been seen, also of a return that seemed to have none. */
export function withParcel(facts: Return, merchant: Merchant): Return {
  const seemedToHaveNone = facts.wanted?.kind === 'none' && facts.wanted.endsAs === 'processed';
  return seemedToHaveNone ? withWanted(facts, merchant) : facts;
}

/** The RMA that the facts ask for now. Whether it can still be changed is for the lifecycle to say. */
export function withWanted(facts: Return, merchant: Merchant): Return {
  return { ...facts, wanted: wantedRma(facts, merchant) };
}
