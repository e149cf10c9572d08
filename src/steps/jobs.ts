import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database/tables.ts';
import { sources } from '../inbox/delivery.ts';
import type { DeliveryKey } from '../inbox/inbox.ts';
import type { Step } from '../returns/return.ts';
import { stepTable } from '../returns/steps.ts';
import { vendors } from '../vendor-terms/vendors.ts';
import type { Pace } from './pace.ts';

/** What waits in the queues, and who takes it. */

/** One step of one return, as a worker gets it. */
export interface StepJob {
  readonly id: string;
  readonly loopReturnId: string;
  readonly step: Step;
  /** 1 the first time. */
  readonly attempt: number;
  /** When the step became due. */
  readonly since: Date;
  /** Aborted where the queue has given the job to another worker. */
  readonly signal: AbortSignal;
}

/** What became of a step: `retry` asks for another try after a while. */
export type StepResult = { readonly kind: 'done' } | { readonly kind: 'retry'; readonly why: string };
/** With what a job ends: a step that is `handedBack` waits in its queue as before: whatever kept it was no try. */
export type JobResult = StepResult | { readonly kind: 'handedBack' };

/** @param stopping aborted when the service stops: what has not begun is handed back */
export type StepHandler = (
  jobs: readonly StepJob[],
  stopping: AbortSignal,
) => Promise<ReadonlyMap<string, JobResult>>;
/** @param stopping aborted when the service stops */
export type DeliveryHandler = (keys: readonly DeliveryKey[], stopping: AbortSignal) => Promise<void>;

/** A group of deliveries that were stored together, as it waits to be applied. */
export const deliveryJob = z.object({
  deliveries: z.array(
    z.object({
      merchant: z.string(),
      source: z.enum(sources),
      key: z.string(),
      traceparent: z.string().exactOptional(),
    }),
  ),
});

/** What is kept of deliveries for whoever applies them: their names, and where they are traced, their requests. */
export function deliveryJobOf(keys: readonly DeliveryKey[]): z.infer<typeof deliveryJob> {
  const deliveries = keys.map(({ merchant, source, key, traceparent }) =>
    traceparent === undefined ? { merchant, source, key } : { merchant, source, key, traceparent },
  );
  return { deliveries };
}

/** What a person is told at once. */
export const alert = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('attention'),
    merchant: z.string(),
    return: z.string(),
    reason: z.string(),
  }),
  z.object({
    kind: z.literal('paused'),
    merchant: z.string(),
    vendor: z.enum(vendors),
    reason: z.string(),
  }),
]);
export type Alert = z.infer<typeof alert>;
/** @throws where the alert was not taken; the queue then tries it again, unless that was the last try */
export type AlertHandler = (
  alert: Alert,
  job: { readonly id: string; readonly isLastTry: boolean },
) => Promise<void>;
/** Commits alerts with the change that they tell of, so that each is told once. */
export type EnqueueAlerts = (trx: Transaction<Tables>, alerts: readonly Alert[]) => Promise<void>;

const anHour = 3600;

/** Loop is asked again whether it has closed a return, or says more of it by now, and then less and less often. */
export function patienceOf(step: Step, { askClosedAfterSeconds: seconds }: Pace) {
  if (!stepTable[step].isPatient) return {};
  return {
    ...(step === 'closing' ? { startAfter: seconds } : {}),
    retryDelay: seconds,
    ...(seconds > 0 ? { retryBackoff: true, retryDelayMax: Math.max(anHour, seconds) } : {}),
  };
}

/** A job's result as pg-boss takes it. One that is handed back is a new job by now; this one has ended. */
export function settle(id: string, result: JobResult | undefined) {
  if (result === undefined || result.kind === 'retry') {
    return { id, status: 'failed' as const, output: { why: result?.why ?? 'no result' } };
  }
  return { id, status: 'completed' as const };
}
