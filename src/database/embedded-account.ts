import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { type Account, ancestors, run } from './embedded-run.ts';

const NumericId = z.string().regex(/^\d+$/).transform(Number);

/**
 * The account that PostgreSQL has to run as: undefined (ourselves) unless we are root, whom PostgreSQL refuses.
 * Files of an earlier start decide first, so that `sudo npm start` after `npm start` takes nothing away.
 */
export async function serverAccount(clusterFolder: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await stat(clusterFolder).catch(() => undefined);
  if (existing !== undefined && existing.uid !== 0) {
    const name = await id('-nu', String(existing.uid));
    return { name: name ?? `uid ${existing.uid}`, uid: existing.uid, gid: existing.gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([id('-u', name), id('-g', name)]);
    if (uid !== undefined && gid !== undefined) {
      return { name, uid: NumericId.parse(uid), gid: NumericId.parse(gid) };
    }
  }
  throw new Error(
    'The embedded PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody" ' +
      'to run it as. Start the service as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** The outermost folder on the way to `folder` that the account cannot enter, by trying. */
export async function closedFolder(
  folder: string,
  account: Account | undefined,
): Promise<string | undefined> {
  const script = 'for f; do cd -- "$f" 2>/dev/null || { printf %s "$f"; exit 1; }; done';
  const { code, output } = await run('/bin/sh', ['-c', script, 'sh', ...ancestors(folder)], { account });
  return code === 0 ? undefined : output || folder;
}

/** Throws what to do about it when the account cannot enter the folder that keeps the database. */
export async function requireReachable(dataDir: string, account: Account | undefined): Promise<void> {
  if (account === undefined) return;
  const closed = await closedFolder(dataDir, account);
  if (closed === undefined) return;
  throw new Error(
    `The embedded PostgreSQL runs as the user "${account.name}" (it refuses to run as root), and the folder ` +
      `${closed} is closed to that user, so it cannot keep its files in ${dataDir}. Set DATA_DIR to a folder ` +
      'it can reach, for example DATA_DIR=/var/lib/masonhub-loop, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

async function id(...args: string[]): Promise<string | undefined> {
  const { code, output } = await run('id', args, { account: undefined });
  return code === 0 ? output : undefined;
}
