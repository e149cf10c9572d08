import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Settings } from './config/environment.ts';
import { ConfigurationError } from './config/errors.ts';
import type { Merchants } from './config/merchants.ts';
import { openConnections } from './connections/connections.ts';
import { listConnections } from './connections/store.ts';
import { connect, type Database } from './database/connect.ts';
import { startEmbeddedDatabase } from './database/embedded.ts';
import { migrate, pendingMigrations } from './database/migrate.ts';
import { buildApp } from './http/app.ts';
import type { ReadinessCheck } from './http/health.ts';
import { openInbox } from './inbox/deliveries.ts';
import { listRejected } from './inbox/rejected.ts';
import { openOutbound } from './outbound/call.ts';
import { sentence } from './returns/words.ts';
import { applyDeliveries } from './steps/apply-deliveries.ts';
import type { StepContext } from './steps/context.ts';
import { defaultPace, type Pace } from './steps/pace.ts';
import { poll } from './steps/poll.ts';
import { purgeDeliveries } from './steps/purge.ts';
import { openQueues, type Queues } from './steps/queues.ts';
import { replayRejected } from './steps/replay.ts';
import { retryReturn } from './steps/retry.ts';
import { sendMessages } from './steps/send-messages.ts';
import { sendRmas } from './steps/send-rmas.ts';

export interface ServiceOptions {
  readonly settings: Pick<
    Settings,
    | 'host'
    | 'port'
    | 'databaseUrl'
    | 'databaseBackend'
    | 'dataDir'
    | 'opsToken'
    | 'pollIntervalMs'
    | 'retentionMs'
  >;
  readonly merchants: Merchants;
  readonly log: Logger;
  readonly pace?: Pace;
  readonly now?: () => Date;
}

export interface Service {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
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
    return { url: await start(options, cleanUp), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: ServiceOptions, cleanUp: (() => Promise<void>)[]): Promise<string> {
  const { settings, merchants, log, pace = defaultPace, now = () => new Date() } = options;
  const databaseUrl = settings.databaseUrl ?? (await startOwnDatabase(settings.dataDir, log, cleanUp));
  const { db, close: closeDatabase } = connect(databaseUrl, { log });
  cleanUp.push(closeDatabase);
  await migrateOnce(databaseUrl, log).catch((error: unknown) => {
    const fix = 'See that it runs, that the address is right and that its user may create tables.';
    throw new ConfigurationError([`DATABASE_URL: ${sentence(messageOf(error))} ${fix}`], { cause: error });
  });

  const outbound = openOutbound();
  cleanUp.push(outbound.close);
  const queues = openQueues({ databaseUrl, databaseBackend: settings.databaseBackend, pace, log });
  cleanUp.push(() => queues.stop(jobsEndWithinMs));
  await queues.start();
  const connections = openConnections({ ...pace, db, log, call: outbound.call });
  const context: StepContext = { db, enqueueSteps: queues.enqueueSteps, connections, now, log, pace };
  await startWorkers(queues, context, merchants, settings);

  const keep = openInbox(db, queues.enqueueDeliveries, now);
  const app = await buildApp({
    log,
    db,
    merchants,
    opsToken: settings.opsToken,
    keep,
    retry: async (slug, loopReturnId) => {
      const merchant = merchants.get(slug);
      return merchant === undefined ? 'unknown' : retryReturn(context, merchant, loopReturnId);
    },
    replay: (filter) => replayRejected({ db, keep, log }, filter),
    listRejected: (limit) => listRejected(db, {}, { after: null, limit }),
    now,
    checks: readinessChecks(db, queues),
    listConnections: () => listConnections(db),
  });
  cleanUp.push(() => closeHttp(app));
  const url = await app.listen({ host: settings.host, port: settings.port });
  log.info({ url, merchants: [...merchants.keys()] }, 'the service is ready');
  return url;
}

/** Finishes the requests in flight; a client that is slower than that is cut off. */
async function closeHttp(app: Awaited<ReturnType<typeof buildApp>>): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), requestsEndWithinMs);
  await app.close();
  clearTimeout(cutOff);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A migration may take long, and wait long for another replica's. */
async function migrateOnce(databaseUrl: string, log: Logger): Promise<void> {
  const { db, close } = connect(databaseUrl, { max: 2, isPatient: true, log });
  await migrate(db, log).finally(close);
}

async function startOwnDatabase(
  dataDir: string,
  log: Logger,
  cleanUp: (() => Promise<void>)[],
): Promise<string> {
  const embedded = await startEmbeddedDatabase(dataDir, log).catch((error: unknown) => {
    throw new ConfigurationError([messageOf(error)], { cause: error });
  });
  cleanUp.push(embedded.stop);
  return embedded.url;
}

async function startWorkers(
  queues: Queues,
  context: StepContext,
  merchants: Merchants,
  { pollIntervalMs, retentionMs }: Pick<Settings, 'pollIntervalMs' | 'retentionMs'>,
): Promise<void> {
  for (const merchant of merchants.values()) {
    await queues.workMerchant(merchant.slug, {
      rmas: sendRmas(context, merchant),
      messages: sendMessages(context, merchant),
    });
    await queues.workPolls(merchant.slug, pollIntervalMs, (source) => poll(context, merchant, source));
  }
  await queues.workPurge(context.pace.purgeEveryMs, async () => {
    await purgeDeliveries(context, retentionMs);
  });
  await queues.workDeliveries((keys) => applyDeliveries(context, merchants, keys));
}

function readinessChecks(db: Database, queues: Queues): ReadinessCheck[] {
  return [
    {
      name: 'database',
      check: async () => {
        await sql`select 1`.execute(db);
        return null;
      },
    },
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
