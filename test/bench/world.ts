import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merchantsFileOf, startVendors, type Vendors } from '../support/vendors.ts';
import { type Databases, query, startDatabases } from './database.ts';
import { type Load, openLoad } from './load/load.ts';
import { installNodeRed, type NodeRed } from './node-red-folder.ts';
import { type Server, type ServerName, startServer } from './servers/server.ts';

/** What every part of the bench works with: one PostgreSQL, one merchant's vendors, the load, and servers. */
export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly databases: Databases;
  readonly vendors: Vendors;
  readonly merchantsFile: string;
  readonly load: Load;
  readonly nodeRed: NodeRed | null;
  /** The secret that the webhooks are signed with. */
  readonly secret: string;
  /** Starts a server on a database; it is stopped with the world at the latest. */
  start(name: ServerName, databaseUrl: string): Promise<Server>;
  say(line: string): void;
}

export const opsToken = 'the-ops-token-of-a-test';

/** @param withNodeRed whether it takes part, and is installed for it */
export async function openWorld(say: (line: string) => void, withNodeRed: boolean): Promise<World> {
  await using closing = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'masonhub-loop-bench-'));
  await chmod(folder, 0o711);
  closing.defer(() => rm(folder, { recursive: true, force: true }));
  if (withNodeRed) say('Node-RED is being installed');
  const nodeRed = withNodeRed ? await installNodeRed(folder) : null;
  const databases = await startDatabases(join(folder, 'database'));
  closing.defer(databases.stop);
  const vendors = await startVendors('acme');
  closing.defer(vendors.close);
  const logFile = join(folder, 'log');
  const load = openLoad(logFile);
  closing.defer(async () => load.close());
  const merchantsFile = merchantsFileOf([vendors]);
  const kept = closing.move();
  return {
    folder,
    databases,
    vendors,
    merchantsFile,
    load,
    nodeRed,
    secret: vendors.webhookSecrets[0],
    start: async (name, databaseUrl) => {
      const options = { databaseUrl, merchantsFile, opsToken, nodeRedFolder: nodeRed?.folder ?? null };
      const server = await startServer(name, options, logFile);
      const stop = once(server.stop);
      kept.defer(stop);
      return { ...server, stop };
    },
    say,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function once(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

/** Waits until the service has carried out everything that was delivered to it; what is due later is no part of it. */
export async function untilQuiet(databaseUrl: string): Promise<void> {
  for (;;) {
    const rows = await query(
      databaseUrl,
      `select 1 from pgboss.job where state in ('created', 'retry', 'active') and start_after <= now()
        and (name = 'deliveries' or name like 'rmas/%' or name like 'messages/%') limit 1`,
    );
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
