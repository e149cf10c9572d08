import { fromKysely, type Job, type JobInsert, type PgBoss } from 'pg-boss';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/retry.ts';
import { steps } from '../returns/return.ts';
import { stepTable } from '../returns/steps.ts';
import { patienceOf, type StepJob } from './jobs.ts';
import type { Pace } from './pace.ts';

/** A step as it waits in its queue. */
const stepData = z.object({
  loopReturnId: z.string(),
  step: z.enum(steps),
  since: z.coerce.date(),
  /** How often it was tried before it was handed back; the queue counts those since. */
  tried: z.int().default(0),
});

/** Which jobs have ended: pg-boss says so, and its types do not. */
const completed = z.object({ settled: z.array(z.string()) });

/** @param afterMs how long it waits before its first try */
export function queuedStep(
  data: Omit<z.input<typeof stepData>, 'since'> & { readonly since: Date },
  pace: Pace,
  afterMs: number,
): JobInsert {
  const { step } = data;
  return {
    data,
    priority: stepTable[step].priority,
    ...patienceOf(step, pace),
    ...(afterMs > 0 ? { startAfter: Math.ceil(afterMs / 1000) } : {}),
  };
}

/** The step of a job that the queue hands out. */
export function readStepJob({ id, retryCount, signal, data }: Job): StepJob {
  const { tried, ...step } = stepData.parse(data);
  return { id, attempt: tried + retryCount + 1, signal, ...step };
}

/**
 * Puts jobs back whose vendor took nothing, so that it costs them no try: failed, the queue would count one. Each
 * ends and is there again in one transaction. A job that another worker has got in the meantime is that one's. Where
 * the commit's answer is lost it is repeated: what has ended is not put back a second time.
 */
export async function handBack(
  boss: Pick<PgBoss, 'complete' | 'insert'>,
  { db, pace }: { readonly db: Database; readonly pace: Pace },
  queue: string,
  jobs: readonly Job[],
): Promise<void> {
  if (jobs.length === 0) return;
  await inTransaction(db, 'repeat', async (trx) => {
    const within = { db: fromKysely(trx) };
    const { settled } = completed.parse(await boss.complete(queue, [...jobs], null, within));
    const again = jobs
      .filter(({ id }) => settled.includes(id))
      .map((job) => {
        const { loopReturnId, step, since, attempt } = readStepJob(job);
        const data = { loopReturnId, step, since, tried: attempt - 1 };
        // Should nobody be able to try it yet, it is not handed out again at once.
        return { ...queuedStep(data, pace, 0), startAfter: pace.retryDelaySeconds };
      });
    if (again.length > 0) await boss.insert(queue, again, within);
  });
}
