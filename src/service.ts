import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Settings } from './config/environment.ts';
import { followMerchants } from './config/follow-merchants.ts';
import type { Merchant, Merchants, ReadMerchants } from './config/merchants.ts';
import { recordingCalls } from './connections/calls.ts';
import { openConnections } from './connections/connections.ts';
import { listConnections } from './connections/store.ts';
import { connect, type Database } from './database/connect.ts';
import { Overloaded } from './database/group-commit.ts';
import { pendingMigrations } from './database/migrate.ts';
import { openWriteProbe, type WriteProbe } from './database/write-probe.ts';
import { buildApp } from './http/app.ts';
import { type ReadinessCheck, runChecks } from './http/health.ts';
import { openInbox } from './inbox/deliveries.ts';
import { openRush } from './inbox/rush.ts';
import { listSetAside } from './inbox/set-aside.ts';
import { openMetrics } from './metrics/metrics.ts';
import { countKept } from './metrics/observer.ts';
import { openOutbound } from './outbound/call.ts';
import { countStatuses } from './returns-store/statistics.ts';
import { prepareDatabase, startOwnDatabase } from './start-database.ts';
import { pausedAlert, sendAlerts } from './steps/alerts.ts';
import { applyDeliveries } from './steps/apply-deliveries.ts';
import { readBacklog } from './steps/backlog.ts';
import type { StepContext } from './steps/context.ts';
import type { EnqueueAlerts } from './steps/jobs.ts';
import { openMerchantWorkers } from './steps/merchant-workers.ts';
import { defaultPace, type Pace } from './steps/pace.ts';
import { purge } from './steps/purge.ts';
import { openQueues, type Queues } from './steps/queues.ts';
import { replaySetAside } from './steps/replay.ts';
import { retryReturn } from './steps/retry.ts';
import { vendors } from './vendors.ts';

export interface ServiceOptions {
  readonly settings: Pick<
    Settings,
    'host' | 'port' | 'databaseUrl' | 'dataDir' | 'opsToken' | 'pollIntervalMs' | 'retentionMs'
  > &
    Partial<Pick<Settings, 'alertWebhookUrl'>>;
  readonly merchants: Merchants;
  /** Reads the merchants file again, whose changes are then taken up; left out where they cannot change. */
  readonly readMerchants?: () => Promise<ReadMerchants>;
  readonly log: Logger;
  readonly pace?: Pace;
  readonly now?: () => Date;
}

export interface Service {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes the merchants file up as it is now; where it cannot be used, the merchants stay as they are. */
  reloadMerchants(): Promise<void>;
  /** Takes no more requests, finishes those in flight, hands back jobs, and closes what was opened. */
  stop(): Promise<void>;
}

/** Of the ten seconds that a stop may take, those that belong to requests and to jobs under way. */
const requestsEndWithinMs = 2_000;
const jobsEndWithinMs = 5_000;

/**
 * Wires configuration, database, jobs and HTTP into a running service: the one way in which the
 * process, the demo and the tests start it.
 * @throws what went wrong, once everything that had been started is stopped again
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const cleanUp: (() => Promise<void>)[] = [];
  const stop = async () => {
    const failures: unknown[] = [];
    for (const close of cleanUp.splice(0).reverse()) {
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    return { ...(await start(options, cleanUp)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: ServiceOptions,
  cleanUp: (() => Promise<void>)[],
): Promise<Omit<Service, 'stop'>> {
  const { settings, log, pace = defaultPace, now = () => new Date() } = options;
  const databaseUrl = settings.databaseUrl ?? (await startOwnDatabase(settings.dataDir, log, cleanUp));
  const { db, pool, close: closeDatabase } = connect(databaseUrl, { log });
  cleanUp.push(closeDatabase);
  await prepareDatabase(databaseUrl, log);

  const metrics = openMetrics({ db, pool, log });
  cleanUp.push(metrics.close);
  const { observer } = metrics;
  const outbound = openOutbound();
  cleanUp.push(outbound.close);
  const calls = recordingCalls({ db, log, now }, metrics.timeCalls(outbound.call));
  cleanUp.push(calls.close);
  const queues = openQueues({ databaseUrl, pace, log });
  cleanUp.push(() => queues.stop(jobsEndWithinMs));
  await queues.start();
  const alertUrl = settings.alertWebhookUrl ?? null;
  const enqueueAlerts: EnqueueAlerts = alertUrl === null ? async () => {} : queues.enqueueAlerts;
  if (alertUrl !== null) {
    await queues.workAlerts(sendAlerts({ url: alertUrl, send: outbound.call, log, observer }));
  }
  const connections = openConnections({
    ...pace,
    db,
    log,
    call: calls.send,
    tellPaused: (trx, key, why) => enqueueAlerts(trx, [pausedAlert(key, why)]),
  });
  const context: StepContext = {
    db,
    enqueueSteps: queues.enqueueSteps,
    enqueueAlerts,
    connections,
    now,
    log,
    pace,
    observer,
  };
  const { pollIntervalMs, retentionMs } = settings;
  const merchants = new Map<string, Merchant>();
  const useMerchants = openMerchantWorkers({ context, queues, observer, pollIntervalMs, merchants, vendors });
  await useMerchants(options.merchants);
  await queues.workPurge(pace.purgeEveryMs, async () => {
    await purge(context, retentionMs);
  });
  const rush = openRush(
    () => performance.now(),
    async (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  );
  const wakeWorker = await queues.workDeliveries(async (keys, stopping) => {
    await rush.giveWay(stopping);
    await applyDeliveries(context, merchants, keys);
  });
  const { readMerchants } = options;
  const file =
    readMerchants === undefined ? null : followMerchants({ read: readMerchants, use: useMerchants, log });
  if (file !== null) cleanUp.push(file.stop);
  const merchantsProblem = () => file?.problem() ?? null;

  const keep = openInbox(db, queues.enqueueDeliveries, now, (count) => {
    rush.stored(count);
    // The vendors' answers go out first.
    setImmediate(wakeWorker);
  });
  const writes = openWriteProbe({ databaseUrl, log });
  cleanUp.push(writes.close);
  const checks = readinessChecks(writes, db, queues);
  const app = await buildApp({
    vendors,
    log,
    db,
    merchants,
    opsToken: settings.opsToken,
    keep: countKept(keep, observer, (error) => error instanceof Overloaded),
    retry: async (slug, loopReturnId) => {
      const merchant = merchants.get(slug);
      return merchant === undefined ? 'unknown' : retryReturn(context, merchant, loopReturnId);
    },
    replay: (filter) => replaySetAside({ db, keep, log, vendors }, filter),
    listSetAside: (result, limit) => listSetAside(db, { result }, { after: null, limit }),
    now,
    checks,
    listConnections: () => listConnections(db),
    merchantsProblem,
    countTurnedAway: observer.delivery,
    readMetrics: () =>
      metrics.read({
        merchants,
        merchantsProblem,
        countStatuses: () => countStatuses(db),
        readBacklog: () => readBacklog(db),
        listConnections: () => listConnections(db),
        readiness: () => runChecks(checks),
      }),
  });
  cleanUp.push(() => closeHttp(app));
  const url = await app.listen({ host: settings.host, port: settings.port });
  log.info({ url, merchants: [...merchants.keys()] }, 'the service is ready');
  return { url, reloadMerchants: async () => file?.reload() };
}

/** Finishes the requests in flight; a client that is slower than that is cut off. */
async function closeHttp(app: Awaited<ReturnType<typeof buildApp>>): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), requestsEndWithinMs);
  await app.close();
  clearTimeout(cutOff);
}

function readinessChecks(writes: WriteProbe, db: Database, queues: Queues): ReadinessCheck[] {
  return [
    { name: 'database', check: writes.check },
    {
      name: 'migrations',
      check: async () => {
        const pending = await pendingMigrations(db);
        return pending.length === 0 ? null : `not applied yet: ${pending.join(', ')}`;
      },
    },
    { name: 'workers', check: async () => (queues.isRunning() ? null : 'not running') },
  ];
}
