import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../config/merchants.ts';
import { dueSteps, type RmaTask, rmaTask } from '../returns/lifecycle.ts';
import type { Return, Rma } from '../returns/return.ts';
import { lockReturns } from '../returns/store.ts';
import { advanceReturns, type StepContext } from './context.ts';
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
  const locked = await context.db
    .transaction()
    .execute((trx) => lockReturns(trx, merchant.slug, ids, context.now()));
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

/** Notes, durably, what is about to go on the wire: what the RMA asked for is what this service sent. */
export async function noteSent(
  context: StepContext,
  merchant: Merchant,
  tasks: readonly Task[],
): Promise<void> {
  const sent = tasks
    .filter(({ task }) => task !== 'delete')
    .map(({ rma }) => ({
      loopReturnId: rma.rmaNumber,
      delivery: null,
      event: { kind: 'rmaSent' as const, rma },
    }));
  if (sent.length > 0) await advanceReturns(context, merchant, sent);
}
