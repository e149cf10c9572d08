import { setTimeout as delay } from 'node:timers/promises';
import type { Merchant, Merchants } from '../config/merchants.ts';
import type { ConnectionKey } from '../connections/store.ts';
import type { Passing } from '../outbound/failure.ts';
import type { StepContext } from './context.ts';
import { giveUpAfterLastTry } from './give-up.ts';
import type { JobResult, StepHandler, StepJob, StepResult } from './jobs.ts';

/**
 * Why a step was not taken: `retry` counts as a try; `paused` does not, as the vendor takes nothing now, or another
 * worker is at it.
 */
export type NotNow =
  | { readonly kind: 'retry'; readonly why: string }
  | { readonly kind: 'paused'; readonly why: string };

/** What became of one try of a step. */
export type StepTry = StepResult | NotNow;

/** Tries steps with the merchant's settings as they are now. */
export type StepTries = (
  merchant: Merchant,
  jobs: readonly StepJob[],
) => Promise<ReadonlyMap<string, StepTry>>;

/** What a failure that has nothing to do with the return means for its step. */
export function notNow({ kind, why }: Passing): NotNow {
  return { kind: kind === 'paused' ? 'paused' : 'retry', why };
}

/** How long a worker keeps the steps of a paused connection, before it hands them back to the queue. */
const longestWaitMs = 5 * 3_600_000;
const betweenTriesMs = 500;

/**
 * Takes steps, and keeps those that the vendor does not take now: they wait here, however long the
 * merchant's connection is paused, and go on as soon as it works, with the settings of then. Only this
 * merchant's workers wait. Steps of a merchant who has left the file are handed back, which costs no try.
 */
export function waitWhilePaused(
  context: StepContext,
  merchants: Merchants,
  key: ConnectionKey,
  tryAll: StepTries,
): StepHandler {
  return async (jobs, stopping) => {
    const settled = new Map<string, JobResult>();
    const startedAt = context.now().getTime();
    let open = jobs;
    for (;;) {
      const isOpen = await context.connections.untilOpen(key, stopping);
      // What another worker has taken over in the meantime is no longer ours.
      open = open.filter((job) => !job.signal.aborted);
      const merchant = merchants.get(key.merchant);
      if (!isOpen || open.length === 0 || merchant === undefined) break;
      const trying = open;
      const tried = await context.tracing.tried(key.merchant, trying, () => tryAll(merchant, trying));
      const ended = open.filter((job) => tried.get(job.id)?.kind !== 'paused');
      const results = await giveUpAfterLastTry(context, merchant, ended, onlyResults(tried));
      observeTries(context, key, open, tried, results);
      for (const [id, result] of results) settled.set(id, result);
      open = open.filter((job) => tried.get(job.id)?.kind === 'paused');
      if (open.length === 0 || context.now().getTime() - startedAt > longestWaitMs) break;
      await delay(betweenTriesMs, undefined, { signal: stopping }).catch(() => undefined);
    }
    for (const job of open) settled.set(job.id, { kind: 'handedBack' });
    return settled;
  };
}

/** Counts tries, and logs those that are to be repeated: until then nothing else tells that a return waits. */
function observeTries(
  { observer, log }: StepContext,
  { merchant }: ConnectionKey,
  jobs: readonly StepJob[],
  tried: ReadonlyMap<string, StepTry>,
  results: ReadonlyMap<string, StepResult>,
): void {
  for (const { id, step, attempt, loopReturnId } of jobs) {
    const one = tried.get(id);
    const kind = one?.kind ?? 'retry';
    const isGivenUp = kind === 'retry' && results.get(id)?.kind === 'done';
    observer.step(step, isGivenUp ? 'given_up' : kind);
    if (one?.kind === 'retry' && !isGivenUp) {
      const line = { merchant, return: loopReturnId, delivery: null, step, attempt, why: one.why };
      log.info(line, 'a step is tried again later');
    }
  }
}

function onlyResults(tried: ReadonlyMap<string, StepTry>): ReadonlyMap<string, StepResult> {
  const results = new Map<string, StepResult>();
  for (const [id, one] of tried) if (one.kind !== 'paused') results.set(id, one);
  return results;
}
