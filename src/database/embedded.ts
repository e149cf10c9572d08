import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import type { Logger } from 'pino';
import { requireReachable, serverAccount } from './embedded-account.ts';
import { locateBinaries, reachableBinaries } from './embedded-binaries.ts';
import { clusterPassword, ensureCluster, prepareFolder } from './embedded-cluster.ts';
import { claimFolder } from './embedded-owner.ts';
import { type Server, startServer, stopServer, stopServerNow } from './embedded-server.ts';

export interface EmbeddedDatabase {
  url: string;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** False, for tests: nothing is forced to the disk, so a crash of the machine may lose everything. */
  durable?: boolean;
}

const DATABASE = 'masonhub_loop';

/**
 * Starts a PostgreSQL of our own that keeps its files in `dataDir` across restarts and listens on 127.0.0.1 only.
 *
 * PostgreSQL's own `initdb` and `pg_ctl` are driven directly: the server is detached from this process, so that
 * neither Ctrl-C nor an exit hook of a library stops it while the service still finishes its work.
 */
export async function startEmbeddedDatabase(
  dataDir: string,
  log: Logger,
  { durable = true }: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  const startedAt = performance.now();
  const located = await locateBinaries();
  await prepareFolder(resolve(dataDir));
  const folder = await realpath(dataDir);
  const cluster = join(folder, 'postgres');
  const account = await serverAccount(cluster);
  await requireReachable(folder, account);
  const binaries = await reachableBinaries(located, account);
  const server: Server = { dataDir: folder, cluster, pgCtl: binaries.pgCtl, account };

  const release = await claimFolder(folder);
  const onExit = (): void => {
    stopServerNow(server);
    release();
  };
  try {
    const password = await clusterPassword(folder);
    await ensureCluster(folder, binaries, account, { password, durable });
    process.once('exit', onExit);
    const port = await startServer(server, { durable });
    const base = `postgres://postgres:${password}@127.0.0.1:${port}`;
    await ensureDatabase(base).catch(async (error: unknown) => {
      await stopServer(server);
      throw error;
    });
    const ms = Math.round(performance.now() - startedAt);
    log.info({ dataDir: folder, port, ms }, 'embedded PostgreSQL is ready');
    return { url: `${base}/${DATABASE}`, stop: stopOnce(server, onExit, release, log) };
  } catch (error) {
    process.off('exit', onExit);
    release();
    throw error;
  }
}

function stopOnce(server: Server, onExit: () => void, release: () => void, log: Logger): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    try {
      await stopServer(server);
      log.info('embedded PostgreSQL has stopped');
    } finally {
      process.off('exit', onExit);
      release();
    }
  };
  return async () => {
    stopping ??= stop();
    await stopping;
  };
}

async function ensureDatabase(base: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${base}/postgres`, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
