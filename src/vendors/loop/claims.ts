import type { Transaction } from 'kysely';
import { z } from 'zod';
import { inTransaction } from '../../database/retry.ts';
import type { Tables } from '../../database/tables.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import { type LoopState, loopStates } from '../../returns/loop-facts.ts';
import type { SentOutcome } from '../../returns/return.ts';
import { lockStored } from '../../returns-store/store.ts';
import type { StepContext } from '../../steps/context.ts';

/** The steps whose repetition would be seen by a shopper or a merchant. */
export type ClaimedStep = 'message' | 'note';

/** What is to be sent, and the earlier try of it that is without an answer; null where there is none. */
export interface ToSend {
  readonly outcome: SentOutcome;
  readonly unanswered: Claim | null;
}

/** A request that goes on the wire, or went there and had no answer. */
export interface Claim {
  /** When it was claimed, which names the claim. */
  readonly since: Date;
  /** What Loop had last said of the return by then. */
  readonly state: LoopState | null;
}

const columnOf = { message: 'message_claimed_at', note: 'note_claimed_at' } as const;

/** Only reads, so it can be repeated. @returns null where the step is not due any more */
export async function lookAtClaim(
  context: StepContext,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
): Promise<ToSend | null> {
  return inTransaction(context.db, 'repeat', async (trx) => {
    const due = await readDue(trx, merchant, loopReturnId, step);
    if (due === null) return null;
    return { outcome: due.outcome, unanswered: await claimOf(trx, merchant, loopReturnId, step) };
  });
}

/**
 * Right before a message goes on the wire, that it does is made durable: a process that dies before it knows
 * the answer leaves a claim behind, and whoever finds it asks Loop before sending again. Where the commit's answer
 * is lost, so may the claim be, or not: nothing is sent, and the next try finds out.
 * @param unansweredSince the claim of the earlier try, which this one takes over; null where there was none
 * @returns null where the step is not due any more, or another worker was quicker
 */
export async function claim(
  context: StepContext,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
  unansweredSince: Date | null,
): Promise<Claim | null> {
  return inTransaction(context.db, 'throw', async (trx) => {
    const due = await readDue(trx, merchant, loopReturnId, step);
    if (due === null) return null;
    const current = await claimOf(trx, merchant, loopReturnId, step);
    if (current?.since.getTime() !== unansweredSince?.getTime()) return null;
    const claimed = { since: context.now(), state: due.state };
    await setClaim(trx, merchant, loopReturnId, step, claimed);
    return claimed;
  });
}

async function readDue(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
): Promise<{ outcome: SentOutcome; state: LoopState | null } | null> {
  const locked = await lockStored(trx, merchant, [loopReturnId]);
  const facts = locked.get(loopReturnId)?.facts;
  const outcome = facts?.outcome ?? null;
  if (facts === undefined || outcome === null || !('message' in outcome)) return null;
  return dueSteps(facts).includes(step) ? { outcome, state: facts.loop?.state ?? null } : null;
}

/**
 * Gives a claim back where the request certainly never arrived. One that another worker has taken over in
 * the meantime stays theirs: their request may be on the wire.
 * @param since when the claim was made
 */
export async function releaseClaim(
  context: StepContext,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
  since: Date,
): Promise<void> {
  await context.db
    .updateTable('outcomes')
    .set({ [columnOf[step]]: null })
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .where(columnOf[step], '=', since)
    .execute();
}

const storedState = z.enum(loopStates).nullable();

async function claimOf(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
): Promise<Claim | null> {
  const row = await trx
    .selectFrom('outcomes')
    .select(['message_claimed_at', 'message_claimed_state', 'note_claimed_at'])
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .executeTakeFirst();
  const since = row?.[columnOf[step]] ?? null;
  if (row === undefined || since === null) return null;
  return { since, state: step === 'message' ? storedState.parse(row.message_claimed_state) : null };
}

async function setClaim(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
  claimed: Claim | null,
): Promise<void> {
  const state = step === 'message' ? { message_claimed_state: claimed?.state ?? null } : {};
  await trx
    .updateTable('outcomes')
    .set({ [columnOf[step]]: claimed?.since ?? null, ...state })
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .execute();
}

/** An answer has come: what is asked for next is a new request. */
export function clearClaim(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
): Promise<void> {
  return setClaim(trx, merchant, loopReturnId, step, null);
}
