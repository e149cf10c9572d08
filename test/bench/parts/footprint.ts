import { execFile } from 'node:child_process';
import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Figure, megabytes, shown } from '../report.ts';
import type { World } from '../world.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** What the production image installs, from the lock file: needs the npm registry, or npm's cache. */
export async function measureFootprint(world: World): Promise<Figure[]> {
  const folder = join(world.folder, 'image');
  await mkdir(folder);
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) {
    await copyFile(join(project, name), join(folder, name));
  }
  const install = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const failure = await promisify(execFile)('npm', install, { cwd: folder }).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message.split('\n')[0] : String(error)),
  );
  world.say('footprint: installed what the image has');
  const what = 'node_modules of the production image';
  if (failure !== null) return [shown(what, `not measured: ${failure}`)];
  const modules = join(folder, 'node_modules');
  const packages = await readdir(modules);
  return [shown(what, `${megabytes(await bytesIn(modules))} in ${packages.length} folders`)];
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true });
  let bytes = 0;
  for (const entry of entries) {
    const status = await lstat(join(folder, entry));
    if (status.isFile()) bytes += status.size;
  }
  return bytes;
}
