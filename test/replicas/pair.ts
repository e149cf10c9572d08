import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { serverAccount } from '../../src/database/embedded-account.ts';
import { locateBinaries, reachableBinaries } from '../../src/database/embedded-binaries.ts';
import { run } from '../../src/database/embedded-run.ts';
import { stopServer, stopServerNow } from '../../src/database/embedded-server.ts';
import type { StoppablePostgres } from './postgres.ts';
import { addStandby, type Node } from './standby.ts';
import { openSwitch } from './switch.ts';

/**
 * A primary and a synchronous standby, behind an address that leads to whichever takes writes. In an outage the
 * primary goes for good, and after a while the standby takes over and gets a standby of its own: `immediate` is
 * SIGKILL to all of the primary's processes, `fast` an operator's stop in good order.
 * @param folder where they keep their files; open to other users, because PostgreSQL does not run as root
 */
export async function startPair(folder: string): Promise<StoppablePostgres> {
  const closing = new AsyncDisposableStack();
  const nodeFolder = (nth: number) => join(folder, `server-${nth}`);
  const first = nodeFolder(1);
  const embedded = await startEmbeddedDatabase(first, pino({ level: 'silent' }));
  closing.defer(() => embedded.stop());
  const cluster = join(first, 'postgres');
  const account = await serverAccount(cluster);
  const { pgCtl } = await reachableBinaries(await locateBinaries(), account);
  const route = await openSwitch();
  closing.defer(() => route.close());
  const at = (port: number) => Object.assign(new URL(embedded.url), { port }).href;

  let count = 1;
  const newStandby = async (primary: Node): Promise<Node> => {
    count += 1;
    const node = await addStandby(at(primary.port), primary.server, nodeFolder(count));
    const onExit = () => stopServerNow(node.server);
    process.once('exit', onExit);
    closing.defer(async () => {
      process.off('exit', onExit);
      await stopServer(node.server);
    });
    return node;
  };
  let primary: Node = {
    server: { dataDir: first, cluster, pgCtl, account },
    port: Number(new URL(embedded.url).port),
  };
  let standby = await newStandby(primary);
  route.leadTo(primary.port);

  const outage = async (mode: 'fast' | 'immediate', downMs: number) => {
    if (mode === 'fast') await stopServer(primary.server);
    else await kill(primary);
    route.leadTo(null);
    await wait(downMs);
    await promote(standby);
    primary = standby;
    route.leadTo(primary.port);
    standby = await newStandby(primary);
  };
  let last = Promise.resolve();
  return {
    url: at(route.port),
    outage: (mode, downMs) => {
      last = last.then(() => outage(mode, downMs));
      return last;
    },
    close: () => closing.disposeAsync(),
  };
}

/** No process of it does anything any more: without its head alone, those at work would finish first. */
async function kill({ server: { cluster } }: Node): Promise<void> {
  const head = Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8'), 10);
  // Stopped, it starts no other while we look.
  process.kill(head, 'SIGSTOP');
  const { output } = await run('ps', ['-A', '-o', 'pid=,ppid='], { account: undefined });
  const processes = output.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  for (const [pid, parent] of processes) {
    if (pid !== undefined && parent === head) process.kill(pid, 'SIGKILL');
  }
  process.kill(head, 'SIGKILL');
}

async function promote({ server }: Node): Promise<void> {
  const { account, dataDir, cluster, pgCtl } = server;
  const args = ['promote', '-w', '-t', '60'];
  const { code, output } = await run(pgCtl, args, { account, cwd: dataDir, env: { PGDATA: cluster } });
  if (code !== 0) throw new Error(`The standby in ${dataDir} was not promoted: ${output}`);
}
