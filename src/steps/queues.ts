import { fromKysely, type Job, type JobWithMetadata, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { z } from 'zod';
import { databaseAddress } from '../config/database-address.ts';
import { socketThatGivesUp } from '../database/connect.ts';
import { type Source, sources } from '../inbox/delivery.ts';
import type { EnqueueDeliveries } from '../inbox/inbox.ts';
import { type Step, steps } from '../returns/return.ts';
import { stepTable } from '../returns/steps.ts';
import type { EnqueueSteps } from '../returns-store/advance.ts';
import { type BulkRetryQueue, openBulkRetryQueue } from './bulk-retry-queue.ts';
import {
  type AlertHandler,
  alert,
  type DeliveryHandler,
  deliveryJob,
  deliveryJobOf,
  type EnqueueAlerts,
  patienceOf,
  type StepHandler,
  type StepJob,
  settle,
} from './jobs.ts';
import type { Pace } from './pace.ts';

/** The durable jobs, on pg-boss: a queue for deliveries, and for each merchant one to each vendor. */
export interface Queues extends BulkRetryQueue {
  start(): Promise<void>;
  /** True while the workers are taking jobs. */
  isRunning(): boolean;
  enqueueDeliveries: EnqueueDeliveries;
  enqueueSteps: EnqueueSteps;
  enqueueAlerts: EnqueueAlerts;
  /** @returns what wakes the worker, to be called once deliveries are committed */
  workDeliveries(handler: DeliveryHandler): Promise<() => void>;
  /** Each merchant has queues of its own, so that a slow vendor of one delays no other. */
  workMerchant(slug: string, handlers: ReadonlyMap<Source, StepHandler>): Promise<void>;
  /** Takes no more jobs of a merchant's; those under way end, and what waits stays in the queues. */
  stopMerchant(slug: string): Promise<void>;
  /** Asks each vendor of a merchant at once and then every so often; of all replicas, one does it at a time. */
  workPolls(slug: string, everyMs: number, poll: (source: Source) => Promise<void>): Promise<void>;
  workAlerts(handler: AlertHandler): Promise<void>;
  workPurge(everyMs: number, purge: () => Promise<void>): Promise<void>;
  /** Takes no more jobs, waits for those under way, and hands back what does not end in time. */
  stop(withinMs: number): Promise<void>;
}

const deliveriesQueue = 'deliveries';
const purgeQueue = 'purge';
const alertQueue = 'alerts';
const pollQueue = (slug: string) => `polls/${slug}`;

/** Where each vendor's steps wait, and how many of them are taken at once. */
const stepQueues: Record<
  Source,
  { queue: (slug: string) => string; batchSize: number; localConcurrency: number }
> = {
  // Those of a backlog are read, noted and settled four requests' worth together, and while those of one batch
  // are on the wire, one after the other, the next batch is read: the database's work keeps MasonHub waiting less.
  masonhub: { queue: (slug) => `rmas/${slug}`, batchSize: 120, localConcurrency: 2 },
  // Enough to use up Loop's allowance also where each answer takes Loop some seconds.
  loop: { queue: (slug) => `messages/${slug}`, batchSize: 10, localConcurrency: 2 },
};
const queueOf = (step: Step, slug: string) => stepQueues[stepTable[step].vendor].queue(slug);

/** Each holds a group of deliveries, some hundreds together: larger batches would keep the endpoint waiting. */
const deliveryJobsAtOnce = 4;

/** A job must never be given up or deleted by the queue itself: what ends, ends in a status with a reason. */
const keptForGood = { retryLimit: 1_000_000, retentionSeconds: 10 * 365 * 86_400 };
/** A first pull can take its time; that its process lives is for the heartbeat to tell. */
const longestPollSeconds = 6 * 3600;
/** Steps wait in their worker while the vendor takes nothing from their merchant. */
const longestPauseSeconds = 6 * 3600;

const recurringJob = z.object({ key: z.string() });
const stepJob = z.object({ loopReturnId: z.string(), step: z.enum(steps), since: z.coerce.date() });

/** Longer than any of the queue's own clean-ups takes for one batch. */
const longestJobQueryMs = 120_000;

export interface QueueOptions {
  readonly databaseUrl: string;
  readonly pace: Pace;
  readonly log: Logger;
}

export function openQueues({ databaseUrl, pace, log }: QueueOptions): Queues {
  const options = {
    ...databaseAddress(databaseUrl),
    application_name: 'masonhub-loop jobs',
    max: 5,
    useListenNotify: true,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    maintenanceIntervalSeconds: Math.max(1, pace.purgeEveryMs / 1000),
    // pg-boss hands what it does not know to pg.
    stream: socketThatGivesUp(longestJobQueryMs),
  };
  const boss = new PgBoss(options);
  boss.on('error', (error) => log.error({ err: error }, 'the job queue met an error'));
  boss.on('warning', (warning) => log.warn({ warning: warning.message }, 'the job queue warns'));
  let running = false;
  const stopping = new AbortController();
  const leaving = new Map<string, AbortController>();

  const queueOptions = {
    ...keptForGood,
    notify: true,
    retryDelay: pace.retryDelaySeconds,
    retryBackoff: pace.retryDelaySeconds > 0,
    ...(pace.retryDelaySeconds > 0 ? { retryDelayMax: pace.longestRetryDelaySeconds } : {}),
    expireInSeconds: 300,
    heartbeatSeconds: 15,
    deleteAfterSeconds: pace.keepEndedJobsSeconds,
  };
  const patientRetry = { retryDelay: 1, retryBackoff: true, retryDelayMax: 60 };
  const workOptions = {
    pollingIntervalSeconds: pace.pollingSeconds,
    notifyPollingIntervalSeconds: pace.pollingSeconds,
    burstWhenBatchFull: true,
  };

  async function workSteps(
    queue: string,
    { batchSize, localConcurrency }: { batchSize: number; localConcurrency: number },
    handler: StepHandler,
    signal: AbortSignal,
  ): Promise<void> {
    await boss.createQueue(queue, { ...queueOptions, expireInSeconds: longestPauseSeconds });
    const options = { ...workOptions, batchSize, localConcurrency, perJobResults: true as const };
    await boss.work(queue, options, async (jobs: Job[]) => {
      const results = await handler(jobs.map(readStepJob), signal);
      return jobs.map(({ id }) => settle(id, results.get(id)));
    });
  }

  /**
   * Runs something for each of a few keys, at once and then every so often. One job waits and one runs at
   * most for each key, on all replicas together, so a run never overtakes itself.
   */
  async function recur(
    queue: string,
    keys: readonly string[],
    everyMs: number,
    run: (key: string) => Promise<void>,
  ): Promise<void> {
    await boss.createQueue(queue, {
      ...queueOptions,
      ...patientRetry,
      expireInSeconds: longestPollSeconds,
      policy: 'stately',
    });
    const options = { ...workOptions, batchSize: 1, localConcurrency: keys.length };
    await boss.work(queue, options, async (jobs: Job[]) => {
      for (const job of jobs) {
        const { key } = recurringJob.parse(job.data);
        await run(key);
        await boss.send(queue, { key }, { singletonKey: key, startAfter: everyMs / 1000 });
      }
    });
    await boss.deleteQueuedJobs(queue);
    for (const key of keys) await boss.send(queue, { key }, { singletonKey: key });
  }

  return {
    start: async () => {
      await boss.start();
      // Whoever stores deliveries wakes its own worker: a notification would make each commit of theirs dearer,
      // and wake every other worker for nothing. Those look from time to time, should this one have died.
      await boss.createQueue(deliveriesQueue, { ...queueOptions, ...patientRetry, notify: false });
      await boss.createQueue(alertQueue, { ...queueOptions, retryLimit: pace.tries - 1 });
      running = true;
    },
    isRunning: () => running,
    enqueueDeliveries: async (trx, keys) => {
      await boss.insert(deliveriesQueue, [{ data: deliveryJobOf(keys) }], { db: fromKysely(trx) });
    },
    enqueueAlerts: async (trx, alerts) => {
      if (alerts.length === 0) return;
      await boss.insert(
        alertQueue,
        alerts.map((data) => ({ data })),
        { db: fromKysely(trx) },
      );
    },
    enqueueSteps: async (trx, slug, due, since) => {
      for (const queue of new Set(due.map(({ step }) => queueOf(step, slug)))) {
        const jobs = due
          .filter(({ step }) => queueOf(step, slug) === queue)
          .map(({ loopReturnId, step, afterMs }) => ({
            data: { loopReturnId, step, since },
            priority: stepTable[step].priority,
            ...patienceOf(step, pace),
            ...(afterMs > 0 ? { startAfter: Math.ceil(afterMs / 1000) } : {}),
          }));
        await boss.insert(queue, jobs, { db: fromKysely(trx) });
      }
    },
    workDeliveries: async (handler) => {
      const options = { ...workOptions, batchSize: deliveryJobsAtOnce, localConcurrency: 2 };
      const worker = await boss.work(deliveriesQueue, options, async (jobs: Job[]) => {
        const keys = jobs.flatMap((job) => deliveryJob.parse(job.data).deliveries);
        await handler(keys, stopping.signal);
      });
      return () => boss.notifyWorker(worker);
    },
    workMerchant: async (slug, handlers) => {
      const left = new AbortController();
      leaving.set(slug, left);
      const signal = AbortSignal.any([stopping.signal, left.signal]);
      for (const [vendor, handler] of handlers) {
        const { queue, ...atOnce } = stepQueues[vendor];
        await workSteps(queue(slug), atOnce, handler, signal);
      }
    },
    stopMerchant: async (slug) => {
      leaving.get(slug)?.abort();
      const queues = Object.values(stepQueues).map(({ queue }) => queue(slug));
      for (const queue of [...queues, pollQueue(slug)]) {
        await boss.offWork(queue, { wait: false });
      }
    },
    workPolls: (slug, everyMs, poll) =>
      recur(pollQueue(slug), sources, everyMs, (source) => poll(z.enum(sources).parse(source))),
    workAlerts: async (handler) => {
      const options = { ...workOptions, batchSize: 1, includeMetadata: true as const };
      await boss.work(alertQueue, options, async (jobs: JobWithMetadata[]) => {
        for (const { id, data, retryCount, retryLimit } of jobs) {
          await handler(alert.parse(data), { id, isLastTry: retryCount >= retryLimit });
        }
      });
    },
    ...openBulkRetryQueue(boss, { ...queueOptions, ...patientRetry }, workOptions, stopping.signal),
    workPurge: (everyMs, purge) => recur(purgeQueue, ['deliveries'], everyMs, purge),
    stop: async (withinMs) => {
      running = false;
      stopping.abort();
      await boss.stop({ graceful: true, timeout: withinMs, close: true });
    },
  };
}

function readStepJob(job: Job): StepJob {
  return { id: job.id, attempt: job.retryCount + 1, signal: job.signal, ...stepJob.parse(job.data) };
}
