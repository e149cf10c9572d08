import { type RawBuilder, type Selectable, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import type { OutcomesTable, Tables } from '../database/tables.ts';
import { type LoopState, loopStates } from '../returns/loop-facts.ts';

/**
 * Which requests are on the wire, or went there and had no answer, or one that does not say that Loop is done with them:
 * kept with the outcome that they send.
 */

/** The steps whose repetition would be seen by a shopper or a merchant. */
export type ClaimedStep = 'message' | 'note';

/** A request that goes on the wire, or went there, and that Loop may be at. */
export interface Claim {
  /** When it was claimed, which names the claim. */
  readonly since: Date;
  /** What Loop had last said of the return by then. */
  readonly state: LoopState | null;
}

const columnOf = { message: 'message_claimed_at', note: 'note_claimed_at' } as const;

/**
 * Gives a claim back where the request certainly never arrived. One that another worker has taken over in
 * the meantime stays theirs: their request may be on the wire.
 * @param claimed the claim that the request was sent with
 * @param before the claim that it had taken over, which holds again: that earlier request still has no answer
 */
export async function releaseClaim(
  db: Database,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
  claimed: Claim,
  before: Claim | null,
): Promise<void> {
  await db
    .updateTable('outcomes')
    .set(columnsOf(step, before, -1))
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .where(columnOf[step], '=', claimed.since)
    .execute();
}

/** @param requests how many requests there are more, or less, with it */
function columnsOf(step: ClaimedStep, claim: Claim | null, requests: 1 | -1) {
  const ofMessage = {
    message_claimed_state: claim?.state ?? null,
    message_requests: sql<number>`message_requests + ${requests}`,
  };
  return { [columnOf[step]]: claim?.since ?? null, ...(step === 'message' ? ofMessage : {}) };
}

const storedState = z.enum(loopStates).nullable();

/** Of each claimed step the claim that there is; null where Loop is done with all that was sent. */
export interface Claims extends Readonly<Record<ClaimedStep, Claim | null>> {
  /** How often the message was put on the wire, answered or not. */
  readonly requests: number;
}

export const noClaims: Claims = { message: null, note: null, requests: 0 };

/** The claims that are kept with an outcome. */
export function claimsIn(row: Selectable<OutcomesTable>): Claims {
  const { message_claimed_at: sentAt, message_claimed_state: state, note_claimed_at: notedAt } = row;
  return {
    message: sentAt === null ? null : { since: sentAt, state: storedState.parse(state) },
    note: notedAt === null ? null : { since: notedAt, state: null },
    requests: row.message_requests,
  };
}

/** Notes that a request goes on the wire now. */
export async function setClaim(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
  step: ClaimedStep,
  claimed: Claim,
): Promise<void> {
  await trx
    .updateTable('outcomes')
    .set(columnsOf(step, claimed, 1))
    .where('merchant', '=', merchant)
    .where('loop_return_id', '=', loopReturnId)
    .execute();
}

/** What ends a claim where its outcome is stored: Loop is done with it, so what is asked for next is a new request. */
export function endOfClaim(answered: ClaimedStep | null): RawBuilder<unknown> {
  switch (answered) {
    case 'message':
      return sql`, message_claimed_at = null, message_claimed_state = null`;
    case 'note':
      return sql`, note_claimed_at = null`;
    case null:
      return sql``;
  }
}
