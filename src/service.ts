import type { Logger } from 'pino';
import type { Settings } from './config/environment.ts';
import { openCallRecords } from './connections/calls.ts';
import { connect } from './database/connect.ts';
import { Overloaded } from './database/group-commit.ts';
import type { Outages } from './database/outages.ts';
import { openWriteProbe } from './database/write-probe.ts';
import { asConfigurationError, requireAddress } from './http/address.ts';
import { buildApp } from './http/app.ts';
import { openMetrics } from './metrics/metrics.ts';
import { countStored, type Observer } from './metrics/observer.ts';
import { openOperations } from './operations/operations.ts';
import { readinessChecks } from './operations/readiness.ts';
import { openOutbound } from './outbound/call.ts';
import { prepareDatabase, startOwnDatabase } from './start-database.ts';
import type { StartMerchantsOptions } from './start-merchants.ts';
import { startOperators, type UsersFile } from './start-operators.ts';
import { type AlertReceiver, sendAlerts } from './steps/alerts.ts';
import type { EnqueueAlerts } from './steps/jobs.ts';
import { defaultPace, type Pace } from './steps/pace.ts';
import { openQueues, type Queues } from './steps/queues.ts';
import { noTracing, type Tracing } from './tracing/tracing.ts';
import { vendors } from './vendors.ts';
import { startWork } from './work.ts';

export interface ServiceOptions extends StartMerchantsOptions {
  readonly settings: Pick<
    Settings,
    'host' | 'port' | 'databaseUrl' | 'dataDir' | 'opsToken' | 'pollIntervalMs' | 'retentionMs'
  > &
    Partial<Pick<Settings, 'alertWebhookUrl' | 'publicUrl' | 'oidc' | 'trustedProxies'>>;
  /** Left out where nobody signs in by name and password. */
  readonly usersFile?: UsersFile;
  readonly log: Logger;
  /** Keeps the log short while the database is away; left out where the log has nothing of it. */
  readonly outages?: Outages;
  /** Records what is done for each return; left out where nobody asked for it. */
  readonly tracing?: Tracing;
  readonly pace?: Pace;
  readonly now?: () => Date;
}

export interface Service {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Takes the merchants file up as it is now; where it cannot be used, the merchants stay as they are. */
  reloadMerchants(): Promise<void>;
  /** The same with the users file. */
  reloadOperators(): Promise<void>;
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
  const { settings, log, tracing = noTracing, pace = defaultPace, now = () => new Date() } = options;
  await requireAddress(settings.host, settings.port);
  const databaseUrl = settings.databaseUrl ?? (await startOwnDatabase(settings.dataDir, log, cleanUp));
  const { db, pool, close: closeDatabase } = connect(databaseUrl, { log });
  cleanUp.push(closeDatabase);
  await prepareDatabase(databaseUrl, log);
  const metrics = openMetrics({ db, pool, log });
  cleanUp.push(metrics.close);
  const observer = alsoTelling(tracing, metrics.observer);
  const calls = openCallRecords({ db, log, now });
  cleanUp.push(calls.close);
  const outbound = openOutbound();
  cleanUp.push(outbound.close);
  const queues = openQueues({ databaseUrl, db, pace, log });
  cleanUp.push(() => queues.stop(jobsEndWithinMs));
  await queues.start();
  const enqueueAlerts = await startAlerts(settings.alertWebhookUrl ?? null, queues, {
    send: outbound.call,
    log,
    observer,
  });
  const work = await startWork(
    {
      settings,
      db,
      queues,
      callOf: (key) => tracing.called(calls.recorded(metrics.timed(outbound.call, key), key), key),
      enqueueAlerts,
      observer,
      tracing,
      log,
      pace,
      now,
    },
    options,
    cleanUp,
  );
  const { context, merchants, ageingLimits, file, inbox } = work;
  const { signIn, file: users } = startOperators(settings, options.usersFile ?? null, context);
  if (users !== null) cleanUp.push(users.stop);
  const writes = openWriteProbe({ databaseUrl, log });
  cleanUp.push(writes.close);
  if (options.outages !== undefined) cleanUp.push(options.outages.watch(log, writes.check));
  const operations = openOperations({
    context,
    queue: queues,
    merchants,
    merchantsProblem: () => file?.problem() ?? null,
    ageingLimits,
    operatorsProblem: () => users?.problem() ?? null,
    vendors,
    inbox,
    checks: readinessChecks(db, writes, queues),
  });
  const app = await buildApp({
    vendors,
    log,
    operations,
    opsToken: settings.opsToken,
    signIn,
    trustedProxies: settings.trustedProxies ?? [],
    traceRequests: tracing.traceRequests,
    store: countStored(tracing.stored(inbox.store), observer, (error) => error instanceof Overloaded),
    now,
    countTurnedAway: observer.delivery,
    readMetrics: () => metrics.read(operations),
  });
  cleanUp.push(() => closeHttp(app));
  const { host, port } = settings;
  const url = await app.listen({ host, port }).catch((error: unknown) => {
    throw asConfigurationError(error, host, port);
  });
  log.info({ url, merchants: [...merchants.keys()] }, 'the service is ready');
  return {
    url,
    reloadMerchants: async () => file?.reload(),
    reloadOperators: async () => users?.reload(),
  };
}

/** @returns how to commit alerts; nothing is committed where nobody is to hear of them */
async function startAlerts(
  url: string | null,
  queues: Queues,
  receiver: Omit<AlertReceiver, 'url'>,
): Promise<EnqueueAlerts> {
  if (url === null) return async () => {};
  await queues.workAlerts(sendAlerts({ url, ...receiver }));
  return queues.enqueueAlerts;
}

/** Who counts, and who records as well. */
function alsoTelling(tracing: Tracing, observer: Observer): Observer {
  return {
    ...observer,
    advanced: (merchant, lines) => {
      observer.advanced(merchant, lines);
      tracing.advanced(merchant, lines);
    },
  };
}

/** Finishes the requests in flight; a client that is slower than that is cut off. */
async function closeHttp(app: Awaited<ReturnType<typeof buildApp>>): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), requestsEndWithinMs);
  await app.close();
  clearTimeout(cutOff);
}
