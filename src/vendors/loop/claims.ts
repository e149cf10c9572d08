import { inTransaction } from '../../database/retry.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import type { LoopState } from '../../returns/loop-facts.ts';
import type { SentOutcome } from '../../returns/return.ts';
import { type Claim, type ClaimedStep, setClaim } from '../../returns-store/claims.ts';
import type { StoredReturn } from '../../returns-store/stored-return.ts';
import { lockDecided, readDecided } from '../../returns-store/with-outcome.ts';
import type { StepContext } from '../../steps/context.ts';

/** A request that was made before, or may have been, of which it is not known whether Loop is done with it. */
export interface Unanswered extends Claim {
  /** `claim`: it was on the wire. `backup`: whether it was is not in the backup that was restored. */
  readonly knownBy: 'claim' | 'backup';
}

/** What is to be sent, the claim that there is of it, and the earlier try of it that Loop may still be at. */
export interface ToSend {
  readonly outcome: SentOutcome;
  readonly claimed: Claim | null;
  readonly unanswered: Unanswered | null;
}

/**
 * Only looks: right before it is sent, it is looked at again under lock.
 * @returns null where the step is not due any more
 */
export async function lookAtClaim(
  context: StepContext,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
): Promise<ToSend | null> {
  const decided = await readDecided(context.db, merchant, loopReturnId);
  const due = dueOf(decided, step);
  if (decided === null || due === null) return null;
  const { outcome, claimed } = due;
  return { outcome, claimed, unanswered: unansweredOf(context, decided.restoredAt, claimed) };
}

/**
 * After a restore, any message may have been sent before, also one that the backup has as claimed: its answer, and
 * further tries of it, came later. What Loop has not done of it in a day, it never does.
 */
function unansweredOf(
  { now, pace }: StepContext,
  restored: Date | null,
  claimed: Claim | null,
): Unanswered | null {
  const isForgotten =
    restored !== null &&
    now().getTime() - restored.getTime() <= pace.closeWithinMs &&
    (claimed === null || claimed.since < restored);
  if (isForgotten) return { since: restored, state: null, knownBy: 'backup' };
  return claimed === null ? null : { ...claimed, knownBy: 'claim' };
}

/** What a request goes on the wire with. */
export interface NewClaim extends Claim {
  /** Whether the same has been on the wire before, answered or not. */
  readonly isRepeat: boolean;
}

/** A claim; or why there is none: the step is not due any more, or the claim has changed since it was looked at. */
export type Claimed = NewClaim | 'not due' | 'taken';

/**
 * Right before a message goes on the wire, that it does is made durable: a process that dies before it knows
 * the answer leaves a claim behind, and whoever finds it asks Loop before sending again. Where the commit's answer
 * is lost, so may the claim be, or not: nothing is sent, and the next try finds out.
 * @param claimedSince the claim of the earlier try, which this one takes over; null where there was none
 */
export async function claim(
  context: StepContext,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
  claimedSince: Date | null,
): Promise<Claimed> {
  return inTransaction(context.db, 'throw', async (trx) => {
    const due = dueOf(await lockDecided(trx, merchant, loopReturnId), step);
    if (due === null) return 'not due';
    if (due.claimed?.since.getTime() !== claimedSince?.getTime()) return 'taken';
    const claimed = { since: context.now(), state: due.state };
    await setClaim(trx, merchant, loopReturnId, step, claimed);
    return { ...claimed, isRepeat: due.requests > 0 };
  });
}

/** What is to be sent now, with what Loop last said of the return, and the claim that there is. */
interface Due {
  readonly outcome: SentOutcome;
  readonly state: LoopState | null;
  readonly claimed: Claim | null;
  readonly requests: number;
}

function dueOf(decided: Pick<StoredReturn, 'facts' | 'claims'> | null, step: ClaimedStep): Due | null {
  if (decided === null) return null;
  const { facts, claims } = decided;
  const { outcome } = facts;
  if (outcome === null || !('message' in outcome) || !dueSteps(facts).includes(step)) return null;
  const requests = step === 'message' ? claims.requests : 0;
  return { outcome, state: facts.loop?.state ?? null, claimed: claims[step], requests };
}
