import { describeReceipt } from './describe.ts';
import type { LoopState } from './loop-facts.ts';
import { unreadParcel } from './parcels.ts';
import { reviewAfterProcess, settleClosed } from './record-loop.ts';
import { failed, noted, type Recorded, withoutGivenUp } from './recorded.ts';
import type { Return } from './return.ts';
import { withOutcome } from './steps.ts';

/** Loop's answers to messages, noted. */

/** Loop took the message, also where it had been given up by then. */
export function recordMessageAccepted(before: Return, stateWhenSent: LoopState | null): Recorded {
  const facts = withoutGivenUp(before, 'message');
  const event = facts.outcome?.kind === 'flag' ? 'flag.accepted' : 'process.accepted';
  const after = withOutcome(facts, { message: 'accepted' });
  // That Loop put it into review can be told before its answer has come.
  const sent = { ...facts, loop: facts.loop && { ...facts.loop, state: stateWhenSent ?? facts.loop.state } };
  return noted(unreadAfterProcess(reviewAfterProcess(sent, after)), event, null);
}

/** What could not be understood while the message was on the wire has to be looked at, as where it comes after it. */
function unreadAfterProcess(facts: Return): Return {
  const unread = facts.outcome?.kind === 'process' ? unreadParcel(facts.receipts) : undefined;
  if (unread === undefined || facts.problem !== null) return facts;
  const why = `While the refund message was on its way, MasonHub told of a parcel without an RMA that could not be understood. ${describeReceipt(unread)} Loop has accepted the refund; ask the warehouse what is in parcel ${unread.packageId ?? ''}, and decide in Loop.`;
  return { ...facts, problem: { step: null, why } };
}

/** Loop said no; that it has closed the return already is a refund's end all the same, also where it had been given up. */
export function recordMessageRefused(facts: Return, why: string, told: LoopState | null): Recorded {
  const kind = facts.outcome !== null && 'message' in facts.outcome ? facts.outcome.kind : 'message';
  const isClosed = facts.loop?.state === 'closed' || told === 'closed';
  const state: LoopState | null = isClosed ? 'closed' : told;
  const loop = facts.loop !== null && state !== null ? { ...facts.loop, state, stateWord: null } : facts.loop;
  if (kind === 'process' && isClosed) {
    return noted(settleClosed({ ...facts, loop }), 'process.already', why);
  }
  const refused = withOutcome({ ...facts, loop }, { message: 'refused' });
  return failed(refused, `${kind}.refused`, 'message', why);
}
