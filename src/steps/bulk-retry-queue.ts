import type { Transaction } from 'kysely';
import { fromKysely, type Job, type PgBoss, type Queue, type WorkOptions } from 'pg-boss';
import { z } from 'zod';
import { onceCommitted } from '../database/once-committed.ts';
import type { Tables } from '../database/tables.ts';
import type { OwnWorkers } from './own-workers.ts';

const queue = 'bulk-retries';
const job = z.object({ bulkRetry: z.string() });
/** The same for all of them, so that of all bulk retries and on all replicas one is carried on at a time. */
const singletonKey = 'one at a time';
/** What a pace per second is measured in. */
const nextAfterSeconds = 1;

/**
 * Carries a bulk retry on for as long as its pace allows.
 * @param stopping aborted when the service stops
 * @returns whether there is more to do, a second later
 */
export type CarryOnBulkRetry = (bulkRetry: string, stopping: AbortSignal) => Promise<'more' | 'ended'>;

/** The durable jobs of bulk retries: each has one, which is made anew until it has come to its end. */
export interface BulkRetryQueue {
  /** Commits the first job with the bulk retry itself. */
  enqueueBulkRetry(trx: Transaction<Tables>, bulkRetry: string): Promise<void>;
  workBulkRetries(carryOn: CarryOnBulkRetry): Promise<void>;
}

export function openBulkRetryQueue(
  boss: PgBoss,
  workers: OwnWorkers,
  queueOptions: Omit<Queue, 'name'>,
  workOptions: WorkOptions,
  stopping: AbortSignal,
): BulkRetryQueue {
  return {
    enqueueBulkRetry: async (trx, bulkRetry) => {
      await boss.insert(queue, [{ data: { bulkRetry }, singletonKey }], { db: fromKysely(trx) });
      onceCommitted(trx, () => workers.wake(queue));
    },
    workBulkRetries: async (carryOn) => {
      await boss.createQueue(queue, { ...queueOptions, policy: 'singleton' });
      const carryOut = async (jobs: Job[]) => {
        for (const { data } of jobs) {
          const { bulkRetry } = job.parse(data);
          if ((await carryOn(bulkRetry, stopping)) === 'ended') continue;
          await boss.send(queue, { bulkRetry }, { singletonKey, startAfter: nextAfterSeconds });
          // Found only when somebody looks next, it would be at half the pace.
          setTimeout(() => workers.wake(queue), nextAfterSeconds * 1_000).unref();
        }
      };
      const options = { ...workOptions, batchSize: 1 };
      await workers.start(queue, 1, carryOut, (one) => boss.work(queue, options, one));
    },
  };
}
