import { execFile } from 'node:child_process';
import { chmod, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { memoryFolder } from '../support/memory-folder.ts';

/** An empty folder that the user PostgreSQL runs as can enter. */
export async function newFolder(): Promise<string> {
  const path = await mkdtemp(join(await memoryFolder(), 'masonhub-loop-embedded-'));
  await chmod(path, 0o755);
  return path;
}

/** Copies all that is in a folder, with its owners: to make a database takes longer than most tests of it. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', `${from}/.`, to]);
}
