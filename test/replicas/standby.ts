import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { codeOf } from '../../src/database/away.ts';
import { prepareFolder } from '../../src/database/embedded-cluster.ts';
import { run } from '../../src/database/embedded-run.ts';
import { type Server, startServer } from '../../src/database/embedded-server.ts';

/** A server that runs: its files, its programs and its port. */
export interface Node {
  readonly server: Server;
  readonly port: number;
}

const label = z.tuple([z.object({ labelfile: z.string() })]);
/** What is each server's own. */
const notCopied = ['postmaster.pid', 'postmaster.opts', 'postgresql.auto.conf'];
/** Whose files are the primary's own as well; the log comes from the primary. */
const emptyFolders = ['pg_replslot', 'pg_wal'];
const followsWithinMs = 60_000;
const everyMs = 50;

/**
 * Makes a standby of a server that has clients, and lets each commit wait for it from then on: what
 * pg_basebackup does, which is not among the embedded programs. Resolves once it is in step.
 * @param primaryUrl as the user that may do everything
 */
export async function addStandby(primaryUrl: string, primary: Server, dataDir: string): Promise<Node> {
  const client = new pg.Client({ connectionString: primaryUrl });
  await client.connect();
  try {
    const cluster = join(dataDir, 'postgres');
    const server: Server = { ...primary, dataDir, cluster };
    await prepareFolder(dataDir);
    // Keeps the log that the standby needs to catch up.
    await client.query(`select pg_create_physical_replication_slot('standby', true)`);
    await client.query(`select pg_backup_start('standby', true)`);
    await copyCluster(primary.cluster, cluster);
    const { rows } = await client.query('select labelfile from pg_backup_stop(false)');
    const [{ labelfile }] = label.parse(rows);
    await writeFile(join(cluster, 'backup_label'), labelfile);
    await writeFile(join(cluster, 'standby.signal'), '');
    await writeFile(join(cluster, 'postgresql.auto.conf'), following(primaryUrl));
    if (server.account !== undefined) {
      const { name } = server.account;
      await run('chown', ['-R', name, cluster], { account: undefined });
    }
    const port = await startServer(server, { durable: true });
    await client.query(`alter system set synchronous_standby_names = 'standby'`);
    await client.query('select pg_reload_conf()');
    const end = performance.now() + followsWithinMs;
    while (!(await isInStep(client))) {
      if (performance.now() > end) throw new Error(`The standby in ${dataDir} does not follow its primary`);
      await wait(everyMs);
    }
    return { server, port };
  } finally {
    await client.end();
  }
}

async function isInStep(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from pg_stat_replication
      where application_name = 'standby' and state = 'streaming' and sync_state = 'sync'`,
  );
  return rowCount === 1;
}

function following(primaryUrl: string): string {
  const { port, username, password } = new URL(primaryUrl);
  const address = `host=127.0.0.1 port=${port} user=${username} password=${password} application_name=standby`;
  return `primary_conninfo = '${address}'\nprimary_slot_name = 'standby'\n`;
}

/** A file may go while they are copied: the log that was written meanwhile tells the standby of it. */
async function copyCluster(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 });
  for (const name of emptyFolders) await mkdir(join(to, name), { mode: 0o700 });
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries.sort((one, other) => one.parentPath.length - other.parentPath.length)) {
    const path = relative(from, join(entry.parentPath, entry.name));
    const [top = ''] = path.split(sep);
    if (notCopied.includes(top) || emptyFolders.includes(top)) continue;
    if (entry.isDirectory()) await mkdir(join(to, path), { mode: 0o700 });
    else await copyFile(join(from, path), join(to, path)).catch(unlessGone);
  }
}

function unlessGone(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}
