import { isDeepStrictEqual } from 'node:util';
import type { Merchant } from '../../config/merchants.ts';
import { inTransaction } from '../../database/retry.ts';
import { dueSteps } from '../../returns/lifecycle.ts';
import type { Rma, RmaOrigin } from '../../returns/return.ts';
import { type RmaTask, rmaTask } from '../../returns/rma-task.ts';
import type { Happened } from '../../returns-store/advance.ts';
import { lockStored } from '../../returns-store/store.ts';
import type { StoredReturn } from '../../returns-store/stored-return.ts';
import { advanceWithin, logAdvanced, type StepContext } from '../../steps/context.ts';
import type { StepJob } from '../../steps/jobs.ts';
import type { RmaName } from './client.ts';

/** What is to be done in MasonHub for one return. */
export interface Task {
  readonly loopReturnId: string;
  readonly task: Exclude<RmaTask, 'none'>;
  readonly rma: Rma;
  /** What an earlier try put on the wire, if that was never answered; null otherwise. */
  readonly unanswered: Rma | null;
  /** The origin of the RMA that MasonHub is known to hold; null where none is. */
  readonly heldFrom: RmaOrigin | null;
  /** When the return was first told of. */
  readonly knownSince: Date;
}

/** Which return a task is for, and by what number MasonHub knows it. */
export function nameOf({ loopReturnId, rma }: Task): RmaName {
  return { loopReturnId, rmaNumber: rma.rmaNumber };
}

/** What is to be done for the returns of some jobs. */
export interface Tasks {
  /** Noted, durably, as going on the wire now. */
  readonly noted: readonly Task[];
  /** Not noted yet: MasonHub has to be asked first what became of the last try. */
  readonly unanswered: readonly Task[];
}

/** Reads afresh what the returns of some jobs need, so that a job that comes twice does nothing twice. */
export async function takeTasks(
  context: StepContext,
  merchant: Merchant,
  jobs: readonly StepJob[],
): Promise<Tasks> {
  const ids = jobs.map((job) => job.loopReturnId);
  return takeUnderLock(context, merchant, ids, (tasks) => tasks.filter((task) => task.unanswered === null));
}

/**
 * Notes tasks whose last try MasonHub was asked about.
 * @returns those that are noted; a return that has changed in the meantime has another task by now
 */
export async function noteSent(
  context: StepContext,
  merchant: Merchant,
  tasks: readonly Task[],
): Promise<readonly Task[]> {
  if (tasks.length === 0) return [];
  const ids = tasks.map(({ loopReturnId }) => loopReturnId);
  const isAsBefore = (current: Task) => tasks.some((task) => isDeepStrictEqual(current, task));
  const { noted } = await takeUnderLock(context, merchant, ids, (current) => current.filter(isAsBefore));
  return tasks.filter((task) => noted.some(({ loopReturnId }) => loopReturnId === task.loopReturnId));
}

/**
 * Notes, durably, what is about to go on the wire: what the RMA asked for is what this service sent, and an
 * RMA whose deletion was sent is not taken for held any more. Where the commit's answer is lost, nothing may go
 * on the wire: the next try finds the note and asks MasonHub first, as after any request without an answer.
 */
async function takeUnderLock(
  context: StepContext,
  merchant: Merchant,
  ids: readonly string[],
  choose: (tasks: readonly Task[]) => readonly Task[],
): Promise<Tasks> {
  const { tasks, advanced } = await inTransaction(context.db, 'throw', async (trx) => {
    const locked = await lockStored(trx, merchant.slug, ids);
    const due = [...locked.values()].flatMap((stored) => taskOf(stored) ?? []);
    const noted = choose(due);
    return {
      tasks: { noted, unanswered: due.filter((task) => !noted.includes(task)) },
      advanced: await advanceWithin(context, trx, merchant, noted.map(sentEvent), locked),
    };
  });
  logAdvanced(context, merchant.slug, advanced);
  return tasks;
}

function sentEvent({ loopReturnId, task, rma }: Task): Happened {
  const event = task === 'delete' ? { kind: 'rmaDeleteSent' as const } : { kind: 'rmaSent' as const, rma };
  return { loopReturnId, delivery: null, event };
}

function taskOf({ facts, createdAt: knownSince }: StoredReturn): Task | null {
  if (!dueSteps(facts).includes('rma')) return null;
  const { loopReturnId } = facts;
  const heldFrom = facts.confirmed === null ? null : facts.rmaOrigin;
  const known = { heldFrom, knownSince };
  const task = rmaTask(facts);
  if (task === 'none') return null;
  if (task === 'delete')
    return facts.sent === null ? null : { loopReturnId, task, rma: facts.sent, unanswered: null, ...known };
  const rma = facts.wanted?.kind === 'rma' ? facts.wanted.rma : facts.sent;
  if (rma === null) return null;
  return {
    loopReturnId,
    task,
    rma,
    unanswered: isDeepStrictEqual(facts.sent, facts.confirmed) ? null : facts.sent,
    ...known,
  };
}
