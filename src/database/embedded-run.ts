import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

/** A user of the operating system that commands run as instead of ours. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

export interface RunOptions {
  /** Only root can run something as someone else; undefined means as ourselves. */
  account: Account | undefined;
  cwd?: string;
  env?: Record<string, string>;
}

/**
 * Runs a command to its end and returns its exit code with everything it printed.
 * Rejects only when the command could not be started at all.
 */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<{ code: number | null; output: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...identity(options.account),
      // The folder we were started in may be closed to the account.
      cwd: options.cwd ?? '/',
      env: serverEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: Ctrl-C is for the service, which stops the database last.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}

/** The part of spawn's options that makes a command run as the account. */
export function identity(account: Account | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

/**
 * What PostgreSQL's programs see of our environment: no PG* variable that would redirect them, and none of
 * the vendors' keys, which the server's user could read from /proc.
 */
export function serverEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERNAME', 'ComSpec']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...extra };
}

/** The folder itself and all its parents, outermost first. */
export function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...ancestors(parent), folder];
}
