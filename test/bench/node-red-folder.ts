import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** As people would install it today, with the driver that the service has as well. */
const packages = { 'node-red': '5.0.7', pg: '8.23.1' };

/** Where Node-RED is, and which one it is. */
export interface NodeRed {
  readonly folder: string;
  readonly version: string;
}

/**
 * Installs Node-RED with npm. It is no dependency of this project: only the bench holds the service against it.
 * @param scratch the folder to make a folder in
 */
export async function installNodeRed(scratch: string): Promise<NodeRed> {
  const folder = await mkdtemp(join(scratch, 'node-red-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder });
  return { folder, version: packages['node-red'] };
}
