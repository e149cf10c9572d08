import { fromKysely, type Job, PgBoss } from 'pg-boss';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { DeliveryKey, EnqueueDeliveries } from '../inbox/deliveries.ts';
import { sources } from '../inbox/delivery.ts';
import type { EnqueueSteps } from '../returns/advance.ts';
import { type Step, steps } from '../returns/return.ts';
import type { Pace } from './pace.ts';

/** One step of one return, as a worker gets it. */
export interface StepJob {
  readonly id: string;
  readonly loopReturnId: string;
  readonly step: Step;
  /** 1 the first time. */
  readonly attempt: number;
}

/** What became of a step: `again` asks for another try after a while. */
export type StepResult = { readonly kind: 'done' } | { readonly kind: 'again'; readonly why: string };

export type StepHandler = (jobs: readonly StepJob[]) => Promise<ReadonlyMap<string, StepResult>>;
export type DeliveryHandler = (keys: readonly DeliveryKey[]) => Promise<void>;

/** The durable jobs, on pg-boss: a queue for deliveries, and for each merchant one to each vendor. */
export interface Queues {
  start(): Promise<void>;
  /** True while the workers are taking jobs. */
  isRunning(): boolean;
  enqueueDeliveries: EnqueueDeliveries;
  enqueueSteps: EnqueueSteps;
  workDeliveries(handler: DeliveryHandler): Promise<void>;
  /** Each merchant has queues of its own, so that a slow vendor of one delays no other. */
  workMerchant(slug: string, handlers: { rmas: StepHandler; messages: StepHandler }): Promise<void>;
  /** Takes no more jobs, waits for those under way, and hands back what does not end in time. */
  stop(withinMs: number): Promise<void>;
}

const deliveriesQueue = 'deliveries';
const rmaQueue = (slug: string) => `rmas/${slug}`;
const messageQueue = (slug: string) => `messages/${slug}`;
const queueOf: Record<Step, (slug: string) => string> = {
  rma: rmaQueue,
  message: messageQueue,
  note: messageQueue,
};
/** Money first: a process or flag request overtakes notes that wait. */
const priorityOf: Record<Step, number> = { rma: 0, message: 10, note: 0 };

const largestRmaBatch = 30;
const messagesAtOnce = 5;
const deliveryJobsAtOnce = 20;

/** A job must never be given up or deleted by the queue itself: what ends, ends in a status with a reason. */
const keptForGood = { retryLimit: 1_000_000, retentionSeconds: 10 * 365 * 86_400 };
const aDay = 86_400;

const deliveryJob = z.object({
  deliveries: z.array(z.object({ merchant: z.string(), source: z.enum(sources), key: z.string() })),
});
const stepJob = z.object({ loopReturnId: z.string(), step: z.enum(steps) });

export function openQueues(databaseUrl: string, pace: Pace, log: Logger): Queues {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'masonhub-loop jobs',
    max: 5,
    useListenNotify: true,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the job queue met an error'));
  boss.on('warning', (warning) => log.warn({ warning: warning.message }, 'the job queue warns'));
  let running = false;

  const queueOptions = {
    ...keptForGood,
    notify: true,
    retryDelay: pace.retryDelaySeconds,
    retryBackoff: pace.retryDelaySeconds > 0,
    ...(pace.retryDelaySeconds > 0 ? { retryDelayMax: pace.longestRetryDelaySeconds } : {}),
    expireInSeconds: 300,
    heartbeatSeconds: 15,
    deleteAfterSeconds: aDay,
  };
  const workOptions = {
    pollingIntervalSeconds: pace.pollingSeconds,
    notifyPollingIntervalSeconds: pace.pollingSeconds,
    burstWhenBatchFull: true,
  };

  async function workSteps(queue: string, batchSize: number, handler: StepHandler): Promise<void> {
    await boss.createQueue(queue, queueOptions);
    await boss.work(queue, { ...workOptions, batchSize, perJobResults: true }, async (jobs: Job[]) => {
      const results = await handler(jobs.map(readStepJob));
      return jobs.map(({ id }) => settle(id, results.get(id)));
    });
  }

  return {
    start: async () => {
      await boss.start();
      await boss.createQueue(deliveriesQueue, {
        ...queueOptions,
        retryDelayMax: 60,
        retryBackoff: true,
        retryDelay: 1,
      });
      running = true;
    },
    isRunning: () => running,
    enqueueDeliveries: async (trx, keys) => {
      const deliveries = keys.map(({ merchant, source, key }) => ({ merchant, source, key }));
      await boss.insert(deliveriesQueue, [{ data: { deliveries } }], { db: fromKysely(trx) });
    },
    enqueueSteps: async (trx, slug, due) => {
      for (const queue of new Set(due.map(({ step }) => queueOf[step](slug)))) {
        const jobs = due
          .filter(({ step }) => queueOf[step](slug) === queue)
          .map(({ loopReturnId, step }) => ({ data: { loopReturnId, step }, priority: priorityOf[step] }));
        await boss.insert(queue, jobs, { db: fromKysely(trx) });
      }
    },
    workDeliveries: async (handler) => {
      const options = { ...workOptions, batchSize: deliveryJobsAtOnce, localConcurrency: 2 };
      await boss.work(deliveriesQueue, options, async (jobs: Job[]) => {
        await handler(jobs.flatMap((job) => deliveryJob.parse(job.data).deliveries));
      });
    },
    workMerchant: async (slug, handlers) => {
      await workSteps(rmaQueue(slug), largestRmaBatch, handlers.rmas);
      await workSteps(messageQueue(slug), messagesAtOnce, handlers.messages);
    },
    stop: async (withinMs) => {
      running = false;
      await boss.stop({ graceful: true, timeout: withinMs, close: true });
    },
  };
}

function readStepJob(job: Job): StepJob {
  return { id: job.id, attempt: job.retryCount + 1, ...stepJob.parse(job.data) };
}

function settle(id: string, result: StepResult | undefined) {
  if (result?.kind === 'done') return { id, status: 'completed' as const };
  return { id, status: 'failed' as const, output: { why: result?.why ?? 'no result' } };
}
