import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { serverAccount } from '../../src/database/embedded-account.ts';
import { identity } from '../../src/database/embedded-run.ts';
import { freePort } from '../support/free-port.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import type { Pooler, PoolerOptions } from '../support/pooler.ts';
import { until } from '../support/until.ts';

/** Starts a real PgBouncer in front of a database, as an ordinary user: it refuses to run as root. */
export async function startPgBouncer(databaseUrl: string, options: PoolerOptions): Promise<Pooler> {
  const program = programFile();
  const folder = await mkdtemp(join(await memoryFolder(), 'masonhub-loop-pgbouncer-'));
  const account = await serverAccount(join(folder, 'none'));
  const port = await freePort();
  const files = {
    'users.txt': usersFile(new URL(databaseUrl)),
    'pgbouncer.ini': settingsFile(new URL(databaseUrl), port, folder, options),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content, { mode: 0o600 });
    if (account !== undefined) await chown(join(folder, name), account.uid, account.gid);
  }
  await chmod(folder, 0o711);
  const child = spawn(program, [join(folder, 'pgbouncer.ini')], { ...identity(account), stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += String(text);
    });
  }
  const closed = once(child, 'close');
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`PgBouncer ended: ${said}`);
      return isListening(port);
    },
    () => `PgBouncer to listen: ${said}`,
  );
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function programFile(): string {
  // Debian keeps it where an ordinary user's PATH does not lead.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const found = folders.map((folder) => join(folder, 'pgbouncer')).find(isProgram);
  if (found === undefined) {
    throw new Error(
      'PgBouncer is not installed. Install it, on Debian and Ubuntu with: apt-get install pgbouncer',
    );
  }
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function usersFile({ username, password }: URL): string {
  return `"${username}" "${password}"\n`;
}

function settingsFile(
  database: URL,
  port: number,
  folder: string,
  { mode, order, size }: PoolerOptions,
): string {
  return `[databases]
* = host=${database.hostname} port=${database.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users.txt')}
pool_mode = ${mode}
server_round_robin = ${order === 'in-turn' ? 1 : 0}
${size === undefined ? '' : `default_pool_size = ${size}`}
`;
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}
