import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { dueSteps } from '../returns/lifecycle.ts';
import type { LoopState, SentOutcome } from '../returns/return.ts';
import { lockStored } from '../returns/store.ts';
import type { StepContext } from './context.ts';

/** The steps whose repetition would be seen by a shopper or a merchant. */
export type ClaimedStep = 'message' | 'note';

/** `free`: claimed now, for the first time. `unanswered`: an earlier try may have been done. */
export type Claim =
  | { readonly kind: 'not-due' }
  | ({ readonly kind: 'free' } & Claimed)
  | ({ readonly kind: 'unanswered' } & Claimed);

interface Claimed {
  readonly outcome: SentOutcome;
  readonly since: Date;
  /** What Loop had last said of the return. */
  readonly state: LoopState | null;
}

const columnOf = { message: 'message_claimed_at', note: 'note_claimed_at' } as const;

/**
 * Before a message goes on the wire, that it does is made durable: a process that dies before it knows
 * the answer leaves a claim behind, and whoever finds it asks Loop before sending again.
 */
export async function claim(
  context: StepContext,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
): Promise<Claim> {
  return context.db.transaction().execute(async (trx) => {
    const locked = await lockStored(trx, merchant, [loopReturnId]);
    const facts = locked.get(loopReturnId)?.facts;
    const outcome = facts?.outcome ?? null;
    if (facts === undefined || outcome === null || !('message' in outcome)) return { kind: 'not-due' };
    if (!dueSteps(facts).includes(step)) return { kind: 'not-due' };
    const since = await claimedAt(trx, merchant, loopReturnId, step);
    const state = facts.loop?.state ?? null;
    if (since !== null) return { kind: 'unanswered', outcome, since, state };
    const at = context.now();
    await setClaim(trx, merchant, loopReturnId, step, at);
    return { kind: 'free', outcome, since: at, state };
  });
}

/**
 * Takes over a claim whose answer never came.
 * @returns when, which names the claim; null where another worker was quicker
 */
export async function renewClaim(
  context: StepContext,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
  since: Date,
): Promise<Date | null> {
  return context.db.transaction().execute(async (trx) => {
    await lockStored(trx, merchant, [loopReturnId]);
    const current = await claimedAt(trx, merchant, loopReturnId, step);
    if (current?.getTime() !== since.getTime()) return null;
    const at = context.now();
    await setClaim(trx, merchant, loopReturnId, step, at);
    return at;
  });
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

async function claimedAt(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
): Promise<Date | null> {
  const row = await trx
    .selectFrom('outcomes')
    .select(['message_claimed_at', 'note_claimed_at'])
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .executeTakeFirst();
  return row?.[columnOf[step]] ?? null;
}

async function setClaim(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
  at: Date | null,
): Promise<void> {
  await trx
    .updateTable('outcomes')
    .set({ [columnOf[step]]: at })
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
