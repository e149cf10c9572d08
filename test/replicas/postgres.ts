import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { serverAccount } from '../../src/database/embedded-account.ts';
import { locateBinaries, reachableBinaries } from '../../src/database/embedded-binaries.ts';
import { run } from '../../src/database/embedded-run.ts';

/** A PostgreSQL that can be stopped and started again under its address, its data safe on the disk. */
export interface StoppablePostgres {
  readonly url: string;
  /**
   * Stops it, and starts it again after a while; one outage waits for the end of another.
   * `immediate` is a crash: no goodbyes, and the log is replayed at the next start.
   */
  outage(mode: 'fast' | 'immediate', downMs: number): Promise<void>;
  /** Stops it for good. */
  close(): Promise<void>;
}

/** @param folder where it keeps its files; open to other users, because PostgreSQL does not run as root */
export async function startPostgres(folder: string): Promise<StoppablePostgres> {
  const embedded = await startEmbeddedDatabase(folder, pino({ level: 'silent' }));
  const cluster = join(folder, 'postgres');
  const account = await serverAccount(cluster);
  const { pgCtl } = await reachableBinaries(await locateBinaries(), account);
  const control = async (...args: string[]) => {
    const { code, output } = await run(pgCtl, args, { account, cwd: folder, env: { PGDATA: cluster } });
    if (code !== 0) throw new Error(`pg_ctl ${args.join(' ')} failed: ${output}`);
  };
  let last = Promise.resolve();
  const outage = async (mode: 'fast' | 'immediate', downMs: number) => {
    await control('stop', '-m', mode, '-w', '-t', '60');
    await wait(downMs);
    // A restart of what is stopped starts it with the settings, and the port, of the last time.
    await control('restart', '-w', '-t', '120', '-l', 'postgres.log');
  };
  return {
    url: embedded.url,
    outage: (mode, downMs) => {
      last = last.then(() => outage(mode, downMs));
      return last;
    },
    close: () => embedded.stop(),
  };
}
