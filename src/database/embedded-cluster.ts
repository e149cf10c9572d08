import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Binaries } from './embedded-binaries.ts';
import { type Account, run } from './embedded-run.ts';

const DRAFT = 'postgres.new-';

/** Creates the folder that everything is kept in, unless it exists. */
export async function prepareFolder(dataDir: string): Promise<void> {
  try {
    await makeFolder(resolve(dataDir));
    await access(dataDir, constants.W_OK);
    // Root's umask, or mkdtemp, may have closed a folder that is ours alone; one with files in it is left alone.
    const isOurs = process.getuid?.() === 0 && (await readdir(dataDir)).length === 0;
    if (isOurs) await chmod(dataDir, (await stat(dataDir)).mode | 0o011);
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL cannot keep its files in ${dataDir}: ${describe(error)}. Set DATA_DIR to a folder ` +
        'this user can write to, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
}

/**
 * Creates a folder and those that it is in. Node's own way of doing that never ends where a file system does not say
 * why it makes no folder, as /proc does not.
 */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    // Another start may have made it meanwhile.
    if (!(await isFolder(path))) throw error;
  });
}

/** The password of the database's user, made at the first start. */
export async function clusterPassword(dataDir: string): Promise<string> {
  const file = join(dataDir, 'postgres-password');
  const kept = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined) return kept.trim();
  if (await exists(join(dataDir, 'postgres'))) {
    throw new Error(
      `${file} is missing, so nobody can log in to the PostgreSQL in ${dataDir}. Put the file back, or set ` +
        'DATA_DIR to an empty folder to start anew.',
    );
  }
  const password = randomBytes(24).toString('hex');
  await writeDurably(`${file}.new`, password);
  await rename(`${file}.new`, file);
  return password;
}

/**
 * Creates the database's files unless they exist. They are made in a folder beside and renamed when complete, so
 * a start that was killed half-way leaves nothing that looks like a database.
 */
export async function ensureCluster(
  dataDir: string,
  binaries: Binaries,
  account: Account | undefined,
  options: { password: string; durable: boolean },
): Promise<void> {
  const cluster = join(dataDir, 'postgres');
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(DRAFT)) await removeDraft(join(dataDir, name));
  }
  if (await exists(cluster)) return await takeOver(cluster, account);

  const draft = await mkdtemp(join(dataDir, DRAFT));
  const passwordFile = join(draft, 'password');
  await writeDurably(passwordFile, options.password);
  if (account !== undefined) {
    await chown(passwordFile, account.uid, account.gid);
    await chown(draft, account.uid, account.gid);
  }
  const args = ['-D', join(draft, 'cluster'), '--username=postgres', `--pwfile=${passwordFile}`];
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--no-instructions');
  // The same order and letter case on every machine, whatever locales it has.
  args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
  if (!options.durable) args.push('--no-sync');
  const made = await run(binaries.initdb, args, { account, cwd: draft });
  if (made.code !== 0) {
    await removeDraft(draft);
    // The package's install script links its libraries; `npm ci --ignore-scripts` leaves them unlinked.
    const hint = made.output.includes('shared libraries') ? '\nRun: npm rebuild --ignore-scripts=false' : '';
    throw new Error(
      `The embedded PostgreSQL could not create its files in ${dataDir}:\n${made.output}${hint}`,
    );
  }
  await rename(join(draft, 'cluster'), cluster);
  await removeDraft(draft);
  await syncFolder(dataDir);
}

/**
 * The initdb of a killed service may live on for a moment and write into what is being removed. What then
 * remains is in nobody's way, and the next start removes it.
 */
async function removeDraft(draft: string): Promise<void> {
  await rm(draft, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }).catch(() => undefined);
}

/** Files restored from a backup by root belong to root, who may not run PostgreSQL. */
async function takeOver(cluster: string, account: Account | undefined): Promise<void> {
  if (account === undefined || (await stat(cluster)).uid !== 0) return;
  await run('chown', ['-R', `${account.uid}:${account.gid}`, cluster], { account: undefined });
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
}

async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing as opening a folder.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  await folder.sync();
  await folder.close();
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
