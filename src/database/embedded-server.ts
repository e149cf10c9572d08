import { spawnSync } from 'node:child_process';
import { chown, open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Account, identity, run, serverEnvironment } from './embedded-run.ts';

/** A PostgreSQL that may be running: where its files are and who runs it. */
export interface Server {
  dataDir: string;
  cluster: string;
  pgCtl: string;
  account: Account | undefined;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  // Reading in the calling process is enough here, and starts three processes fewer.
  io_method: 'sync',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

/** For tests only: a crash of the machine may lose everything, and many services run beside each other. */
const FOR_TESTS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  // In its data folder: a test of many small statements is a sixth quicker than over TCP.
  unix_socket_directories: '.',
};

const LARGEST_LOG = 10 * 1024 * 1024;

/** Failures that another attempt, on another port or a moment later, gets past. */
const WORTH_ANOTHER_TRY =
  /address already in use|could not bind|could not create any TCP|lock file|shared memory/i;

/** Starts the server detached from this process and returns the port once it takes connections. */
export async function startServer(server: Server, options: { durable: boolean }): Promise<number> {
  const log = join(server.dataDir, 'postgres.log');
  for (let attempt = 1; ; attempt++) {
    await stopLeftBehind(server);
    const port = await freePort();
    const settings = { ...SETTINGS, ...(options.durable ? {} : FOR_TESTS), port: String(port) };
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    const logged = await openLog(log, server.account);
    // A name relative to the working folder, like PGDATA for -D: pg_ctl passes both through a shell.
    const args = ['start', '-w', '-t', '120', '-l', 'postgres.log', '-o', flags.join(' ')];
    const started = await pgCtl(server, args);
    if (started.code === 0) return port;
    const reason = (await readFile(log)).subarray(logged).toString().trim();
    if (attempt === 5 || !WORTH_ANOTHER_TRY.test(reason)) {
      await pgCtl(server, ['stop', '-m', 'fast', '-W']);
      throw new Error(
        `The embedded PostgreSQL in ${server.dataDir} did not start: ${started.output}\n${log} says:\n${reason}`,
      );
    }
    await setTimeout(100 * attempt);
  }
}

/** Stops the server: open transactions are rolled back, everything committed is kept. */
export async function stopServer(server: Server): Promise<void> {
  const stopped = await pgCtl(server, ['stop', '-m', 'fast', '-w', '-t', '60']);
  if (stopped.code !== 0 && (await runningServer(server)) !== undefined) {
    throw new Error(`The embedded PostgreSQL in ${server.dataDir} did not stop: ${stopped.output}`);
  }
}

/** Asks the server to stop without waiting, for the last moment of a process that exits. */
export function stopServerNow(server: Server): void {
  spawnSync(server.pgCtl, ['stop', '-m', 'fast', '-W'], {
    ...identity(server.account),
    cwd: server.dataDir,
    env: serverEnvironment({ PGDATA: server.cluster }),
    stdio: 'ignore',
    windowsHide: true,
  });
}

/** A killed service leaves its server running, on a port nobody knows any more. */
async function stopLeftBehind(server: Server): Promise<void> {
  if ((await runningServer(server)) !== undefined) await stopServer(server);
}

async function runningServer(server: Server): Promise<number | undefined> {
  const lines = await readFile(join(server.cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(lines, 10);
  if (!(pid > 0)) return undefined;
  // After a crash of the machine the id may be another program's by now, which pg_ctl would signal all the same.
  // PostgreSQL works in its data folder; asked as its own user, because a container's root may not look.
  if (process.platform === 'linux') {
    const folder = await run('readlink', [`/proc/${pid}/cwd`], { account: server.account });
    return folder.output === server.cluster ? pid : undefined;
  }
  if (process.platform === 'win32') return pid;
  const program = await run('ps', ['-o', 'comm=', '-p', String(pid)], { account: server.account });
  return program.output.includes('postgres') ? pid : undefined;
}

async function pgCtl(server: Server, args: string[]): Promise<{ code: number | null; output: string }> {
  return await run(server.pgCtl, args, {
    account: server.account,
    cwd: server.dataDir,
    env: { PGDATA: server.cluster },
  });
}

/** Makes sure the server's user can write its log, which lies in a folder of ours; returns its size. */
async function openLog(path: string, account: Account | undefined): Promise<number> {
  const size = await stat(path).then(
    (status) => status.size,
    () => 0,
  );
  if (size > LARGEST_LOG) await rename(path, `${path}.old`);
  const file = await open(path, 'a', 0o600);
  await file.close();
  if (account !== undefined) await chown(path, account.uid, account.gid);
  return (await stat(path)).size;
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port on 127.0.0.1'));
      });
    });
  });
}
