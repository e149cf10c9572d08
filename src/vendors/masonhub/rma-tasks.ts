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

interface OfReturn {
  readonly loopReturnId: string;
  readonly rma: Rma;
  /** The origin of the RMA that MasonHub is known to hold; null where none is. */
  readonly heldFrom: RmaOrigin | null;
  /** When the return was first told of. */
  readonly knownSince: Date;
}

/** What MasonHub has to be told for one return. */
export interface RmaRequest extends OfReturn {
  readonly task: Exclude<RmaTask, 'ask' | 'none'>;
  /** What an earlier try put on the wire, if that was never answered; null otherwise. */
  readonly unanswered: Rma | null;
}

/** Whether MasonHub has opened an RMA that it never answered for, and that is not to be opened any more. */
export interface RmaQuestion extends OfReturn {
  readonly task: 'ask';
  readonly unanswered: Rma;
}

/** What is to be done in MasonHub for one return. */
export type Task = RmaRequest | RmaQuestion;

/** Which return a task is for, and by what number MasonHub knows it. */
export function nameOf({ loopReturnId, rma }: Task): RmaName {
  return { loopReturnId, rmaNumber: rma.rmaNumber };
}

/** What is to be done for the returns of some jobs. */
export interface Tasks {
  /** Noted, durably, as going on the wire now. */
  readonly noted: readonly RmaRequest[];
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
  const isNew = (task: Task): task is RmaRequest => task.unanswered === null;
  return takeUnderLock(context, merchant, ids, (tasks) => tasks.filter(isNew));
}

/**
 * Notes tasks whose last try MasonHub was asked about.
 * @returns those that are noted; a return that has changed in the meantime has another task by now
 */
export async function noteSent(
  context: StepContext,
  merchant: Merchant,
  tasks: readonly RmaRequest[],
): Promise<readonly RmaRequest[]> {
  if (tasks.length === 0) return [];
  const ids = tasks.map(({ loopReturnId }) => loopReturnId);
  const isAsBefore = (current: Task): current is RmaRequest =>
    tasks.some((task) => isDeepStrictEqual(current, task));
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
  choose: (tasks: readonly Task[]) => readonly RmaRequest[],
): Promise<Tasks> {
  const { tasks, advanced } = await inTransaction(context.db, 'throw', async (trx) => {
    const locked = await lockStored(trx, merchant.slug, ids);
    const due = [...locked.values()].flatMap((stored) => taskOf(stored) ?? []);
    const noted = choose(due);
    return {
      tasks: { noted, unanswered: due.filter((task) => !noted.some((one) => one === task)) },
      advanced: await advanceWithin(context, trx, merchant, noted.map(sentEvent), locked),
    };
  });
  logAdvanced(context, merchant.slug, advanced);
  return tasks;
}

function sentEvent({ loopReturnId, task, rma }: RmaRequest): Happened {
  const event = task === 'delete' ? { kind: 'rmaDeleteSent' as const } : { kind: 'rmaSent' as const, rma };
  return { loopReturnId, delivery: null, event };
}

function taskOf({ facts, createdAt: knownSince }: StoredReturn): Task | null {
  if (!dueSteps(facts).includes('rma')) return null;
  const { loopReturnId, sent, confirmed, wanted } = facts;
  const known = { loopReturnId, knownSince, heldFrom: confirmed === null ? null : facts.rmaOrigin };
  const task = rmaTask(facts);
  switch (task) {
    case 'none':
      return null;
    case 'delete':
      return sent === null ? null : { ...known, task, rma: sent, unanswered: null };
    case 'ask':
      return sent === null ? null : { ...known, task, rma: sent, unanswered: sent };
    case 'create':
    case 'replace': {
      if (wanted?.kind !== 'rma') return null;
      const unanswered = isDeepStrictEqual(sent, confirmed) ? null : sent;
      return { ...known, task, rma: wanted.rma, unanswered };
    }
  }
}
