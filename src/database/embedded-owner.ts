import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const OWNER_FILE = /^owner\.(\d+)\.([\w-]+)$/;

/**
 * Makes this process the only owner of a data folder, or throws who has it. Returns what gives it up again.
 *
 * A process writes a file named after itself first and looks for others second, so of two that start at once
 * at least one sees the other; both may then step back and try again, but never do both go on. Nobody has to
 * take over a shared lock file, and a dead process's file can be removed without a race, because its name
 * carries the process's start time and so never comes back to life.
 */
export async function claimFolder(folder: string): Promise<() => void> {
  const mine = join(folder, `owner.${process.pid}.${processStart(process.pid)?.started ?? 'unknown'}`);
  const release = (): void => rmSync(mine, { force: true });
  for (let attempt = 1; ; attempt++) {
    try {
      writeFileSync(mine, '', { flag: 'wx' });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
        throw alreadyOwned(folder, process.pid);
      }
      throw error;
    }
    const other = await livingOwner(folder);
    if (other === undefined) return release;
    release();
    if (attempt === 5) throw alreadyOwned(folder, other);
    await setTimeout(50 + Math.random() * 100);
  }
}

async function livingOwner(folder: string): Promise<number | undefined> {
  for (const file of await readdir(folder)) {
    const [, pid, started] = OWNER_FILE.exec(file) ?? [];
    if (pid === undefined || started === undefined) continue;
    const isAlive = isRunning(Number(pid), started);
    if (isAlive && Number(pid) !== process.pid) return Number(pid);
    if (!isAlive) await rm(join(folder, file), { force: true });
  }
  return undefined;
}

function isRunning(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not allowed to signal it: it exists and belongs to someone else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const now = processStart(pid);
  if (now === undefined) return true;
  return !now.isZombie && now.started === started;
}

/** When a process started (Linux only): a process id is given again, a start in the same boot is not. */
function processStart(pid: number): { started: string; isZombie: boolean } | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces; the 22nd is the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { started: `${boot}-${fields[19] ?? ''}`, isZombie: fields[0] === 'Z' };
  } catch {
    return undefined;
  }
}

function alreadyOwned(folder: string, pid: number): Error {
  const who = pid === process.pid ? `this process (${pid})` : `process ${pid}`;
  return new Error(
    `The embedded PostgreSQL in ${folder} is already in use by ${who}. Give this service another DATA_DIR, or ` +
      'set one DATABASE_URL for both to share a PostgreSQL.',
  );
}
