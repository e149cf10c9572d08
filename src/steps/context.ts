import type { Transaction } from 'kysely';
import type { Logger } from 'pino';
import type { Merchant } from '../config/merchants.ts';
import type { Connections } from '../connections/connections.ts';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import type { Tables } from '../database/tables.ts';
import type { Observer } from '../metrics/observer.ts';
import type { ReturnEvent, StepEvent } from '../returns/events.ts';
import { newReturn, type Return } from '../returns/return.ts';
import { type Advanced, advance, type EnqueueSteps, type Happened } from '../returns-store/advance.ts';
import type { ClaimedStep } from '../returns-store/claims.ts';
import { lockStored } from '../returns-store/store.ts';
import type { LockedReturns } from '../returns-store/stored-return.ts';
import { lockDecided, readReturn } from '../returns-store/with-outcome.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { attentionAlerts } from './alerts.ts';
import { takeAnnouncedParcels } from './blind-parcels.ts';
import type { EnqueueAlerts, StepJob, StepResult } from './jobs.ts';
import type { Pace } from './pace.ts';

/** What the steps need from outside. */
export interface StepContext {
  readonly db: Database;
  readonly enqueueSteps: EnqueueSteps;
  readonly enqueueAlerts: EnqueueAlerts;
  /** The way to the vendors: in turn, and not while a connection is paused. */
  readonly connections: Connections;
  readonly now: () => Date;
  readonly log: Logger;
  readonly pace: Pace;
  /** Counts what the steps do. */
  readonly observer: Pick<Observer, 'step' | 'advanced'>;
  /** Records what the steps do. */
  readonly tracing: Pick<Tracing, 'tried' | 'applied'>;
}

/**
 * Takes returns that are stored through what happened, commits, and writes one log line for each event. Where
 * the commit's answer is lost it is not repeated, as that would write every line of the timeline twice: the step
 * fails, and its next try sees what is due by then.
 */
export async function advanceReturns(
  context: StepContext,
  merchant: Merchant,
  happened: readonly Happened[],
): Promise<void> {
  const advanced = await inTransaction(context.db, 'throw', async (trx) => {
    const ids = happened.map(({ loopReturnId }) => loopReturnId);
    const locked = await lockStored(trx, merchant.slug, ids);
    return advanceWithin(context, trx, merchant, happened, locked);
  });
  logAdvanced(context, merchant.slug, advanced);
}

/**
 * The same of what Loop answered to a message or its note.
 * @param claim whether its claim ends with the answer, or stays: then Loop is asked before the same is ever sent again
 */
export async function advanceAnswered(
  context: StepContext,
  merchant: Merchant,
  loopReturnId: string,
  answered: ClaimedStep,
  event: StepEvent,
  claim: 'ends' | 'stays',
): Promise<void> {
  const advanced = await inTransaction(context.db, 'throw', async (trx) => {
    const decided = await lockDecided(trx, merchant.slug, loopReturnId);
    const locked = new Map(decided === null ? [] : [[loopReturnId, decided]]);
    const happened = [{ loopReturnId, delivery: null, event }];
    const ended = claim === 'ends' ? answered : null;
    return advanceWithin(context, trx, merchant, happened, locked, ended);
  });
  logAdvanced(context, merchant.slug, advanced);
}

/**
 * The same within a transaction. Who comes to need attention is told of by an alert that is committed with it.
 * @param alreadyLocked the returns, where the transaction has locked them before
 * @param answered the step whose request has an answer by now; null where it is none that is claimed
 */
export async function advanceWithin(
  context: StepContext,
  trx: Transaction<Tables>,
  merchant: Merchant,
  happened: readonly Happened[],
  alreadyLocked?: LockedReturns,
  answered: ClaimedStep | null = null,
): Promise<Advanced[]> {
  const { now, enqueueSteps } = context;
  const advanced = await advance(trx, merchant, happened, now(), enqueueSteps, alreadyLocked, answered);
  const numbers = advanced.flatMap(({ newNumbers }) => newNumbers);
  const held = new Set(happened.map(({ loopReturnId }) => loopReturnId));
  const announced = await takeAnnouncedParcels(trx, merchant.slug, numbers, held);
  if (announced.length > 0) {
    advanced.push(...(await advance(trx, merchant, announced, now(), enqueueSteps)));
  }
  await context.enqueueAlerts(trx, attentionAlerts(merchant.slug, advanced));
  return advanced;
}

/** Once it is committed: one log line for each event, and word to whoever counts. */
export function logAdvanced(
  { log, observer }: Pick<StepContext, 'log' | 'observer'>,
  merchant: string,
  advanced: readonly Advanced[],
): void {
  observer.advanced(merchant, advanced);
  for (const { loopReturnId, delivery, event, statusBefore, status, reason, wrote } of advanced) {
    if (wrote.length === 0 && status === statusBefore) continue;
    const line = { merchant, return: loopReturnId, delivery, event, status, reason };
    if (status === 'attention') log.warn(line, 'a return needs attention');
    else log.info(line, 'a return moved on');
  }
}

export const done: StepResult = { kind: 'done' };

/** Tells a step's return what came of it, and ends the step. */
export async function report(
  context: StepContext,
  merchant: Merchant,
  job: StepJob,
  event: ReturnEvent,
): Promise<StepResult> {
  await advanceReturns(context, merchant, [{ loopReturnId: job.loopReturnId, delivery: null, event }]);
  return done;
}

/** The facts of a job's return as they are now. */
export async function readFacts(context: StepContext, merchant: Merchant, job: StepJob): Promise<Return> {
  const stored = await readReturn(context.db, merchant.slug, job.loopReturnId);
  return stored ?? newReturn(merchant.slug, job.loopReturnId);
}
