import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryFolder } from '../support/memory-folder.ts';

/** A temporary folder that stays, with the logs in it, unless it is said that nobody needs them. */
export async function keptFolder(name: string): Promise<AsyncDisposable & { path: string; isKept: boolean }> {
  const path = await mkdtemp(join(await memoryFolder(), `masonhub-loop-${name}-`));
  // Where it is run by root, the database runs as another user, who has to enter the folder.
  await chmod(path, 0o711);
  const folder = {
    path,
    isKept: true,
    [Symbol.asyncDispose]: async () => {
      if (!folder.isKept) await rm(path, { recursive: true, force: true });
    },
  };
  return folder;
}
