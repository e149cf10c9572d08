import { type Changes, changesBetween } from '../config/follow-file.ts';
import type { Merchant, Merchants } from '../config/merchants.ts';
import type { Observer } from '../metrics/observer.ts';
import type { StepContext } from './context.ts';
import { poll } from './poll.ts';
import type { Queues } from './queues.ts';
import type { VendorWithSteps } from './vendor.ts';

export interface MerchantWorkersOptions {
  readonly context: StepContext;
  readonly queues: Queues;
  readonly observer: Pick<Observer, 'poll'>;
  readonly pollIntervalMs: number;
  readonly vendors: readonly VendorWithSteps[];
  /** The merchants that everybody looks up when they need one: they are replaced in here. */
  readonly merchants: Map<string, Merchant>;
}

/**
 * Puts other merchants in the place of those that are there. One who is new gets workers and polls; what
 * changed for another counts from the next try of a step; the workers of one who has left stop, and what waits
 * for that merchant stays in its queues. Where workers cannot be started, the merchants of before stay.
 * @returns what to call with the merchants that there are to be, one call at a time
 */
export function openMerchantWorkers(options: MerchantWorkersOptions): (next: Merchants) => Promise<Changes> {
  const { merchants, queues } = options;
  const leave = async (slugs: readonly string[]) => {
    for (const slug of slugs) {
      merchants.delete(slug);
      await queues.stopMerchant(slug);
    }
  };
  return async (next) => {
    const changes = changesBetween(merchants, next);
    const started: string[] = [];
    try {
      for (const [slug, merchant] of next) {
        if (merchants.has(slug)) continue;
        // Known before its workers begin: they look it up.
        merchants.set(slug, merchant);
        started.push(slug);
        await startWorkers(options, slug);
      }
    } catch (error) {
      await leave(started);
      throw error;
    }
    for (const [slug, merchant] of next) merchants.set(slug, merchant);
    await leave(changes.removed);
    return changes;
  };
}

async function startWorkers(options: MerchantWorkersOptions, slug: string): Promise<void> {
  const { context, queues, merchants, observer, pollIntervalMs, vendors } = options;
  const handlers = vendors.map(({ name, carryOut }) => [name, carryOut(context, merchants, slug)] as const);
  await queues.workMerchant(slug, new Map(handlers));
  await queues.workPolls(slug, pollIntervalMs, async (source) => {
    const merchant = merchants.get(slug);
    const vendor = vendors.find(({ name }) => name === source);
    if (merchant === undefined || vendor === undefined) return;
    try {
      await poll(context, merchant, vendor);
      observer.poll(slug, source, 'done');
    } catch (error) {
      observer.poll(slug, source, 'failed');
      throw error;
    }
  });
}
