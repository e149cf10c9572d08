import type { Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Merchant } from '../config/merchants.ts';
import type { Connections } from '../connections/connections.ts';
import type { Database } from '../database/connect.ts';
import type { Tables } from '../database/tables.ts';
import { type Advanced, advance, type EnqueueSteps, type Happened } from '../returns/advance.ts';
import type { StepEvent } from '../returns/events.ts';
import { newReturn, type Return } from '../returns/return.ts';
import { lockReturns } from '../returns/store.ts';
import type { Pace } from './pace.ts';
import type { StepJob, StepResult } from './queues.ts';

/** What the steps need from outside. */
export interface StepContext {
  readonly db: Database;
  readonly enqueueSteps: EnqueueSteps;
  /** The way to the vendors: in turn, and not while a connection is paused. */
  readonly connections: Connections;
  readonly now: () => Date;
  readonly log: Logger;
  readonly pace: Pace;
}

/**
 * Takes returns through what happened, commits, and writes one log line for each event.
 * @param alongside what else belongs into the same transaction
 */
export async function advanceReturns(
  context: StepContext,
  merchant: Merchant,
  happened: readonly Happened[],
  alongside: (trx: Transaction<Tables>) => Promise<void> = async () => {},
): Promise<void> {
  const advanced = await context.db.transaction().execute(async (trx) => {
    const result = await advance(trx, merchant, happened, context.now(), context.enqueueSteps);
    await alongside(trx);
    return result;
  });
  logAdvanced(context.log, merchant.slug, advanced);
}

export function logAdvanced(log: Logger, merchant: string, advanced: readonly Advanced[]): void {
  for (const { loopReturnId, delivery, event, status, reason } of advanced) {
    const line = { merchant, return: loopReturnId, delivery, event, status, reason };
    if (status === 'attention') log.warn(line, 'a return needs a person');
    else log.info(line, 'a return moved on');
  }
}

export const done: StepResult = { kind: 'done' };

/** Tells a step's return what came of it, and ends the step. */
export async function tell(
  context: StepContext,
  merchant: Merchant,
  job: StepJob,
  event: StepEvent,
): Promise<StepResult> {
  await advanceReturns(context, merchant, [{ loopReturnId: job.loopReturnId, delivery: null, event }]);
  return done;
}

/** The facts of a job's return as they are now. */
export async function readFacts(context: StepContext, merchant: Merchant, job: StepJob): Promise<Return> {
  const locked = await context.db
    .transaction()
    .execute((trx) => lockReturns(trx, merchant.slug, [job.loopReturnId], context.now()));
  return locked.get(job.loopReturnId)?.facts ?? newReturn(merchant.slug, job.loopReturnId);
}
