import type { ClientBase } from 'pg';
import { fromKysely, type Job, type JobWithMetadata, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { z } from 'zod';
import { databaseAddress } from '../config/database-address.ts';
import { type Database, socketThatGivesUp } from '../database/connect.ts';
import { onceCommitted } from '../database/once-committed.ts';
import { type Source, sources } from '../inbox/delivery.ts';
import type { EnqueueDeliveries } from '../inbox/inbox.ts';
import type { Step } from '../returns/return.ts';
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
  type StepHandler,
  settle,
} from './jobs.ts';
import { OwnWorkers } from './own-workers.ts';
import type { Pace } from './pace.ts';
import { recurring } from './recurring-jobs.ts';
import { handBack, queuedStep, readStepJob } from './step-jobs.ts';

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
/** Steps wait in their worker while the vendor takes nothing from their merchant. */
const longestPauseSeconds = 6 * 3600;

/** Longer than any of the queue's own clean-ups takes for one batch. */
const longestJobQueryMs = 120_000;

export interface QueueOptions {
  readonly databaseUrl: string;
  /** The same database, for what is committed together. */
  readonly db: Database;
  readonly pace: Pace;
  readonly log: Logger;
}

export function openQueues({ databaseUrl, db, pace, log }: QueueOptions): Queues {
  const options = {
    ...databaseAddress(databaseUrl),
    application_name: 'masonhub-loop jobs',
    max: 5,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    maintenanceIntervalSeconds: Math.max(1, pace.purgeEveryMs / 1000),
    // pg-boss hands what it does not know to pg.
    stream: socketThatGivesUp(longestJobQueryMs),
    // What the queue itself commits is who has a job, what came of it, and the next of a job that recurs. Should the
    // server crash before that is on its disk, only the latest of it is lost: the job is handed out once more, as
    // after any crash. Whoever makes jobs for what has happened commits them durably.
    onConnect: (client: ClientBase) => client.query('set synchronous_commit = off'),
  };
  const boss = new PgBoss(options);
  const workers = new OwnWorkers(boss);
  boss.on('error', (error) => log.error({ err: error }, 'the job queue met an error'));
  boss.on('warning', (warning) => log.warn({ warning: warning.message }, 'the job queue warns'));
  let running = false;
  const stopping = new AbortController();
  const leaving = new Map<string, AbortController>();

  const queueOptions = {
    ...keptForGood,
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
    burstWhenBatchFull: true,
  };

  async function workSteps(
    queue: string,
    { batchSize, localConcurrency }: { batchSize: number; localConcurrency: number },
    handler: StepHandler,
    signal: AbortSignal,
  ): Promise<void> {
    await boss.createQueue(queue, { ...queueOptions, expireInSeconds: longestPauseSeconds });
    const options = { ...workOptions, batchSize, perJobResults: true as const };
    const carryOut = async (jobs: Job[]) => {
      const results = await handler(jobs.map(readStepJob), signal);
      const back = jobs.filter(({ id }) => results.get(id)?.kind === 'handedBack');
      await handBack(boss, { db, pace }, queue, back);
      return jobs.map(({ id }) => settle(id, results.get(id)));
    };
    await workers.start(queue, localConcurrency, carryOut, (one) => boss.work(queue, options, one));
  }

  const recur = recurring(boss, workers, { ...queueOptions, ...patientRetry }, workOptions);

  return {
    start: async () => {
      await boss.start();
      // An earlier version had the database tell every worker of each job.
      for (const { name, notify } of await boss.getQueues()) {
        if (notify) await boss.updateQueue(name, { notify: false });
      }
      await boss.createQueue(deliveriesQueue, { ...queueOptions, ...patientRetry });
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
      onceCommitted(trx, () => workers.wake(alertQueue));
    },
    enqueueSteps: async (trx, slug, due, since) => {
      for (const queue of new Set(due.map(({ step }) => queueOf(step, slug)))) {
        const jobs = due
          .filter(({ step }) => queueOf(step, slug) === queue)
          .map(({ loopReturnId, step, afterMs }) => queuedStep({ loopReturnId, step, since }, pace, afterMs));
        await boss.insert(queue, jobs, { db: fromKysely(trx) });
        if (jobs.some(({ startAfter = 0 }) => startAfter === 0)) {
          onceCommitted(trx, () => workers.wake(queue));
        }
      }
    },
    workDeliveries: async (handler) => {
      // The first of them is woken, so that deliveries are applied in groups; the second helps with what waits.
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
        workers.forget(queue);
        await boss.offWork(queue, { wait: false });
      }
    },
    workPolls: (slug, everyMs, poll) =>
      recur(pollQueue(slug), sources, everyMs, (source) => poll(z.enum(sources).parse(source))),
    workAlerts: async (handler) => {
      const options = { ...workOptions, batchSize: 1, includeMetadata: true as const };
      const carryOut = async (jobs: JobWithMetadata[]) => {
        for (const { id, data, retryCount, retryLimit } of jobs) {
          await handler(alert.parse(data), { id, isLastTry: retryCount >= retryLimit });
        }
        // The next one is looked for at once: many may have been committed together.
        workers.wake(alertQueue);
      };
      await workers.start(alertQueue, 1, carryOut, (one) => boss.work(alertQueue, options, one));
    },
    ...openBulkRetryQueue(boss, workers, { ...queueOptions, ...patientRetry }, workOptions, stopping.signal),
    workPurge: (everyMs, purge) => recur(purgeQueue, ['deliveries'], everyMs, purge),
    stop: async (withinMs) => {
      running = false;
      stopping.abort();
      await boss.stop({ graceful: true, timeout: withinMs, close: true });
    },
  };
}
