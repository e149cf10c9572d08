import { setTimeout as delay } from 'node:timers/promises';
import type { Merchant } from '../config/merchants.ts';
import type { Vendor } from '../connections/store.ts';
import type { Passing } from '../outbound/failure.ts';
import type { StepContext } from './context.ts';
import { giveUpAfterLastTry } from './give-up.ts';
import type { StepHandler, StepJob, StepResult } from './queues.ts';

/** Why a step was not taken: `again` counts as a try, `held` does not, as the vendor takes nothing now. */
export type NotNow =
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'held'; readonly why: string };

/** What became of one try of a step. */
export type StepTry = StepResult | NotNow;

export type StepTries = (jobs: readonly StepJob[]) => Promise<ReadonlyMap<string, StepTry>>;

/** What a failure that has nothing to do with the return means for its step. */
export function notNow({ kind, why }: Passing): NotNow {
  return { kind: kind === 'held' ? 'held' : 'again', why };
}

/** How long a worker keeps steps that are held back, before it hands them back to the queue. */
const longestHoldMs = 5 * 3_600_000;
const betweenTriesMs = 500;

/**
 * Takes steps, and holds on to those that the vendor does not take now: they wait here, however long the
 * merchant's connection is paused, and go on as soon as it works. Only this merchant's workers wait.
 */
export function holdWhilePaused(
  context: StepContext,
  merchant: Merchant,
  vendor: Vendor,
  tryAll: StepTries,
): StepHandler {
  const key = { merchant: merchant.slug, vendor };
  return async (jobs, stopping) => {
    const settled = new Map<string, StepResult>();
    const startedAt = context.now().getTime();
    let open = jobs;
    for (;;) {
      const isOpen = await context.connections.untilOpen(key, stopping);
      // What another worker has taken over in the meantime is no longer ours.
      open = open.filter((job) => !job.signal.aborted);
      if (!isOpen || open.length === 0) break;
      const tried = await tryAll(open);
      const ended = open.filter((job) => tried.get(job.id)?.kind !== 'held');
      const results = await giveUpAfterLastTry(context, merchant, ended, onlyResults(tried));
      for (const [id, result] of results) settled.set(id, result);
      open = open.filter((job) => tried.get(job.id)?.kind === 'held');
      if (open.length === 0 || context.now().getTime() - startedAt > longestHoldMs) break;
      await delay(betweenTriesMs, undefined, { signal: stopping }).catch(() => undefined);
    }
    for (const job of open)
      settled.set(job.id, { kind: 'again', why: `${vendor} takes nothing at the moment` });
    return settled;
  };
}

function onlyResults(tried: ReadonlyMap<string, StepTry>): ReadonlyMap<string, StepResult> {
  const results = new Map<string, StepResult>();
  for (const [id, one] of tried) if (one.kind !== 'held') results.set(id, one);
  return results;
}
