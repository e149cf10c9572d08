import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atMost, type Figure, ms } from '../report.ts';
import { median } from '../rounds.ts';
import { startCommand } from '../servers/server.ts';
import type { World } from '../world.ts';

const main = fileURLToPath(new URL('../../../src/main.js', import.meta.url));

/** The service's own process, on a database that is there already: how soon is it ready? */
export async function measureStart(world: World, size: { starts: number }): Promise<Figure[]> {
  const databaseUrl = await world.databases.create('start');
  const merchantsFile = join(world.folder, 'merchants.yaml');
  await writeFile(merchantsFile, world.merchantsFile);
  const env = { PATH: '', HOST: '127.0.0.1', DATABASE_URL: databaseUrl, MERCHANTS_FILE: merchantsFile };
  const command = await startCommand();
  const times: number[] = [];
  for (let start = 0; start <= size.starts; start += 1) {
    const port = String(41_000 + start);
    const from = performance.now();
    const child = spawn(process.execPath, [...command.options, main], {
      env: { ...env, ...command.env, PORT: port },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await untilReady(`http://127.0.0.1:${port}/health/ready`);
    times.push(performance.now() - from);
    child.kill('SIGTERM');
    await ended;
  }
  world.say(`start: ${size.starts} times`);
  // The first start also made the tables.
  return [atMost('Start to ready on an existing database', median(times.slice(1)), 1000, ms)];
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const isReady = await fetch(url).then(
      (answer) => answer.status === 200,
      () => false,
    );
    if (isReady) return;
    await wait(5);
  }
}
