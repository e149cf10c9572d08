import { CompiledQuery, type Kysely } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../../src/database/tables.ts';
import { type Source, sources } from '../../src/inbox/delivery.ts';
import { steps } from '../../src/returns/return.ts';
import { stepTable } from '../../src/returns/steps.ts';
import { deliveryJob, deliveryJobOf, patienceOf, type StepHandler, settle } from '../../src/steps/jobs.ts';
import type { Pace } from '../../src/steps/pace.ts';
import type { Queues } from '../../src/steps/queues.ts';
import type { Job, Patience, SimulatedJobs, Worker } from './jobs.ts';
import type { Actor } from './scheduler.ts';
import { stagedText } from './statements.ts';

/** As `src/steps/queues.ts` has them: each vendor's steps, and how many of them a worker takes at once. */
const stepQueue: Record<Source, { queue: (slug: string) => string; batchSize: number }> = {
  masonhub: { queue: (slug) => `rmas/${slug}`, batchSize: 120 },
  loop: { queue: (slug) => `messages/${slug}`, batchSize: 10 },
};

const stepData = z.object({ loopReturnId: z.string(), step: z.enum(steps), since: z.coerce.date() });
const recurringData = z.object({ key: z.string() });

/** The queues as one replica has them. */
export function openSimulatedQueues(jobs: SimulatedJobs, actor: Actor, pace: Pace): Queues {
  const stopping = new AbortController();
  const usual: Patience = {
    retryDelay: pace.retryDelaySeconds,
    retryBackoff: pace.retryDelaySeconds > 0,
    retryDelayMax: pace.longestRetryDelaySeconds,
    startAfter: 0,
    priority: 0,
  };
  const patient: Patience = { ...usual, retryDelay: 1, retryBackoff: true, retryDelayMax: 60 };
  const allDone = (batch: readonly Job[]) => new Map(batch.map(({ id }) => [id, 'completed' as const]));
  const stage = (trx: Kysely<Tables>, publish: () => void) =>
    trx.executeQuery(CompiledQuery.raw(stagedText, [publish]));

  const work = (
    queue: string,
    options: { batchSize: number; free: number; isWoken?: boolean },
    carryOut: Worker['carryOut'],
  ) => {
    const worker: Worker = { isWoken: true, ...options, actor, queue, isLooking: false, carryOut };
    jobs.work(worker);
    return worker;
  };

  const workSteps = (slug: string, vendor: Source, handler: StepHandler) => {
    const { queue, batchSize } = stepQueue[vendor];
    work(queue(slug), { batchSize, free: 2 }, async (batch) => {
      const results = await handler(
        batch.map((job) => {
          const data = stepData.parse(JSON.parse(job.data));
          return { id: job.id, attempt: job.retries + 1, signal: jobs.signalOf(job), ...data };
        }),
        stopping.signal,
      );
      return new Map(
        batch.map(({ id }) => {
          const result = results.get(id);
          return [id, result?.kind === 'handedBack' ? result.kind : settle(id, result).status];
        }),
      );
    });
  };

  const recur = (
    queue: string,
    keys: readonly string[],
    everyMs: number,
    run: (key: string) => Promise<void>,
  ) => {
    work(queue, { batchSize: 1, free: keys.length }, async (batch) => {
      for (const { data } of batch) {
        const { key } = recurringData.parse(JSON.parse(data));
        await run(key);
        jobs.add(queue, { key }, { ...patient, startAfter: everyMs / 1000 }, key);
      }
      return allDone(batch);
    });
    jobs.deleteWaiting(queue);
    for (const key of keys) jobs.add(queue, { key }, patient, key);
  };

  return {
    start: async () => {},
    isRunning: () => true,
    enqueueDeliveries: async (trx, keys) => {
      const data = deliveryJobOf(keys);
      await stage(trx, () => jobs.add('deliveries', data, patient));
    },
    enqueueAlerts: async () => {},
    enqueueSteps: async (trx, slug, due, since) => {
      if (due.length === 0) return;
      await stage(trx, () => {
        for (const { loopReturnId, step, afterMs } of due) {
          const { queue } = stepQueue[stepTable[step].vendor];
          const patience = {
            ...usual,
            priority: stepTable[step].priority,
            ...patienceOf(step, pace),
            ...(afterMs > 0 ? { startAfter: Math.ceil(afterMs / 1000) } : {}),
          };
          jobs.add(queue(slug), { loopReturnId, step, since }, patience);
        }
      });
    },
    workDeliveries: async (handler) => {
      const worker = work('deliveries', { batchSize: 4, free: 2, isWoken: false }, async (batch) => {
        const keys = batch.flatMap(({ data }) => deliveryJob.parse(JSON.parse(data)).deliveries);
        await handler(keys, stopping.signal);
        return allDone(batch);
      });
      return () => jobs.look(worker);
    },
    workMerchant: async (slug, handlers) => {
      for (const [vendor, handler] of handlers) workSteps(slug, vendor, handler);
    },
    stopMerchant: async (slug) => {
      for (const queue of [...Object.values(stepQueue).map((one) => one.queue(slug)), `polls/${slug}`]) {
        jobs.stopWork(actor, queue);
      }
    },
    workPolls: async (slug, everyMs, poll) =>
      recur(`polls/${slug}`, sources, everyMs, async (key) => {
        const source = sources.find((one) => one === key);
        if (source !== undefined) await poll(source);
      }),
    workAlerts: async () => {},
    enqueueBulkRetry: async () => {},
    workBulkRetries: async () => {},
    workPurge: async (everyMs, purge) => recur('purge', ['deliveries'], everyMs, purge),
    stop: async () => stopping.abort(),
  };
}
