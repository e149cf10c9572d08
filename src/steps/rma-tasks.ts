import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from 'kysely';
import type { Merchant } from '../config/merchants.ts';
import type { Tables } from '../database/tables.ts';
import { dueSteps, type RmaTask, rmaTask } from '../returns/lifecycle.ts';
import type { Return, Rma } from '../returns/return.ts';
import { lockReturns } from '../returns/store.ts';
import { advanceWithin, type StepContext, tellAdvanced } from './context.ts';
import type { StepJob } from './queues.ts';

/** What is to be done in MasonHub for one return. */
export interface Task {
  readonly task: Exclude<RmaTask, 'none'>;
  readonly rma: Rma;
  /** What an earlier try put on the wire, if that was never answered; null otherwise. */
  readonly unanswered: Rma | null;
}

/** Reads afresh what the returns of some jobs need, so that a job that comes twice does nothing twice. */
export async function readTasks(
  context: StepContext,
  merchant: Merchant,
  jobs: readonly StepJob[],
): Promise<Map<string, Task>> {
  const ids = jobs.map((job) => job.loopReturnId);
  return context.db.transaction().execute((trx) => tasksOf(context, merchant, ids, trx));
}

async function tasksOf(
  context: StepContext,
  merchant: Merchant,
  ids: readonly string[],
  trx: Transaction<Tables>,
): Promise<Map<string, Task>> {
  const locked = await lockReturns(trx, merchant.slug, ids, context.now());
  const tasks = new Map<string, Task>();
  for (const [loopReturnId, { facts }] of locked) {
    const task = taskOf(facts);
    if (task !== null) tasks.set(loopReturnId, task);
  }
  return tasks;
}

function taskOf(facts: Return): Task | null {
  if (!dueSteps(facts).includes('rma')) return null;
  const task = rmaTask(facts);
  if (task === 'none') return null;
  if (task === 'delete') return facts.sent === null ? null : { task, rma: facts.sent, unanswered: null };
  if (facts.wanted?.kind !== 'rma') return null;
  return {
    task,
    rma: facts.wanted.rma,
    unanswered: isDeepStrictEqual(facts.sent, facts.asked) ? null : facts.sent,
  };
}

/**
 * Notes, durably, what is about to go on the wire: what the RMA asked for is what this service sent, and an
 * RMA whose deletion was sent is not taken for held any more.
 * @returns the tasks that are noted; a return that has changed in the meantime has another one by now
 */
export async function noteSent(
  context: StepContext,
  merchant: Merchant,
  tasks: readonly Task[],
): Promise<Task[]> {
  if (tasks.length === 0) return [];
  const ids = tasks.map(({ rma }) => rma.rmaNumber);
  const { noted, advanced } = await context.db.transaction().execute(async (trx) => {
    const current = await tasksOf(context, merchant, ids, trx);
    const same = tasks.filter((task) => isDeepStrictEqual(current.get(task.rma.rmaNumber), task));
    const happened = same.map(({ task, rma }) => ({
      loopReturnId: rma.rmaNumber,
      delivery: null,
      event: task === 'delete' ? { kind: 'rmaDeleteSent' as const } : { kind: 'rmaSent' as const, rma },
    }));
    return {
      noted: same,
      advanced: await advanceWithin(context, trx, merchant, happened),
    };
  });
  tellAdvanced(context, merchant.slug, advanced);
  return noted;
}
