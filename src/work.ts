import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { carryOnBulkRetry } from './bulk-retries/carry-out.ts';
import type { Settings } from './config/environment.ts';
import type { Merchants } from './config/merchants.ts';
import { openConnections } from './connections/connections.ts';
import type { ConnectionKey } from './connections/store.ts';
import type { Database } from './database/connect.ts';
import { openBackpressure } from './inbox/backpressure.ts';
import { type Inbox, openInbox } from './inbox/inbox.ts';
import type { Observer } from './metrics/observer.ts';
import type { MakeCall } from './outbound/call.ts';
import { type StartMerchantsOptions, startMerchants } from './start-merchants.ts';
import { pausedAlert } from './steps/alerts.ts';
import { applyDeliveries } from './steps/apply-deliveries.ts';
import type { StepContext } from './steps/context.ts';
import type { EnqueueAlerts } from './steps/jobs.ts';
import type { Pace } from './steps/pace.ts';
import { purge } from './steps/purge.ts';
import type { Queues } from './steps/queues.ts';
import type { Tracing } from './tracing/tracing.ts';

/** What the work needs from outside: it opens nothing by itself. */
export interface WorkParts {
  readonly settings: Pick<Settings, 'retentionMs'>;
  readonly db: Database;
  readonly queues: Queues;
  /** Makes a request on a merchant's connection at once. */
  readonly callOf: (key: ConnectionKey) => MakeCall;
  readonly enqueueAlerts: EnqueueAlerts;
  readonly observer: Observer;
  readonly tracing: Tracing;
  readonly log: Logger;
  readonly pace: Pace;
  readonly now: () => Date;
}

/** Everything between the endpoints and the vendors, at work. */
export interface StartedWork extends Awaited<ReturnType<typeof startMerchants>> {
  readonly context: StepContext;
  readonly inbox: Inbox;
}

/** Wires inbox, steps and connections together, and lets them take jobs from the queues. */
export async function startWork(
  parts: WorkParts,
  options: StartMerchantsOptions,
  cleanUp: (() => Promise<void>)[],
): Promise<StartedWork> {
  const { db, log, now, pace, observer, tracing, queues, enqueueAlerts, settings } = parts;
  const { enqueueSteps } = queues;
  const connections = openConnections({
    ...pace,
    db,
    log,
    callOf: parts.callOf,
    alertPaused: (trx, key, why) => enqueueAlerts(trx, [pausedAlert(key, why)]),
  });
  const context = { db, enqueueSteps, enqueueAlerts, connections, now, log, pace, observer, tracing };
  const started = await startMerchants(options, context, queues, cleanUp);
  const { merchants } = started;
  await queues.workBulkRetries((id, stopping) => carryOnBulkRetry(context, merchants, id, stopping));
  const inbox = await startInbox(context, queues, merchants, settings.retentionMs);
  return { ...started, context, inbox };
}

/** What stores deliveries, with the workers that apply what is stored and remove what is old. */
async function startInbox(
  context: StepContext,
  queues: Queues,
  merchants: Merchants,
  retentionMs: number,
): Promise<Inbox> {
  const { db, now, pace, tracing } = context;
  const backpressure = openBackpressure(
    () => performance.now(),
    async (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  );
  const wakeWorker = await queues.workDeliveries(async (keys, stopping) => {
    await backpressure.giveWay(stopping);
    await tracing.applied(keys, () => applyDeliveries(context, merchants, keys));
  });
  await queues.workPurge(pace.purgeEveryMs, async () => {
    await purge(context, retentionMs);
  });
  return openInbox(db, queues.enqueueDeliveries, now, (count) => {
    backpressure.stored(count);
    // The vendors' answers go out first.
    setImmediate(wakeWorker);
  });
}
