import type { Job, PgBoss, Queue, WorkOptions } from 'pg-boss';
import { z } from 'zod';
import type { OwnWorkers } from './own-workers.ts';

/** A first pull can take its time; that its process lives is for the heartbeat to tell. */
const longestRunSeconds = 6 * 3600;
const recurringJob = z.object({ key: z.string() });

/**
 * Runs something for each of a few keys, at once and then every so often. One job waits and one runs at most for
 * each key, on all replicas together, so a run never overtakes itself.
 */
export type Recur = (
  queue: string,
  keys: readonly string[],
  everyMs: number,
  run: (key: string) => Promise<void>,
) => Promise<void>;

export function recurring(
  boss: PgBoss,
  workers: OwnWorkers,
  queueOptions: Omit<Queue, 'name'>,
  workOptions: WorkOptions,
): Recur {
  return async (queue, keys, everyMs, run) => {
    await boss.createQueue(queue, {
      ...queueOptions,
      expireInSeconds: longestRunSeconds,
      policy: 'stately',
    });
    const carryOut = async (jobs: Job[]) => {
      for (const job of jobs) {
        const { key } = recurringJob.parse(job.data);
        await run(key);
        await boss.send(queue, { key }, { singletonKey: key, startAfter: everyMs / 1000 });
      }
      // Whoever took this job may have been woken for the next one, and whoever was woken for this one may have
      // looked before the next was there.
      workers.wake(queue);
    };
    const options = { ...workOptions, batchSize: 1 };
    await workers.start(queue, keys.length, carryOut, (one) => boss.work(queue, options, one));
    for (const key of keys) {
      // One that waits is brought forward in one commit: with a deletion before it, a crash could leave none.
      await boss.upsert(queue, { key }, { singletonKey: key, startAfter: 0 });
      workers.wake(queue);
    }
  };
}
