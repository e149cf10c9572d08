import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { playMonth, unknownSku } from '../../src/stand-ins/demo/month.ts';
import { startWorld } from '../../src/stand-ins/demo/world.ts';
import { temporaryFolder } from '../support/process.ts';
import { until } from '../support/until.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Processes that work in a folder, such as the demo's PostgreSQL in its own. */
async function processesIn(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(ids.map((id) => readlink(`/proc/${id}/cwd`).catch(() => '')));
  return folders.filter((one) => one.startsWith(folder));
}

/** The demo as a person starts it, in a process group of its own, npm included. */
async function startDemo(temporary: string) {
  // Where it is run by root, the database runs as another user, who has to enter the folder.
  await chmod(temporary, 0o711);
  const child = spawn('npm', ['run', 'demo', '--silent', '--', '--stay'], {
    cwd: project,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const group = -Number(child.pid);
  // Its output is closed by the last of its processes.
  const closed = once(child, 'close');
  const written = { output: '', isClosed: false };
  void closed.then(() => {
    written.isClosed = true;
  });
  const started = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written.output += text;
      if (written.output.includes('/console#token=')) resolve();
    });
  });
  return {
    written,
    started,
    stop: async (signal: NodeJS.Signals) => {
      process.kill(group, signal);
      await closed;
    },
    [Symbol.asyncDispose]: async () => {
      if (written.isClosed) return;
      process.kill(group, 'SIGTERM');
      await closed;
    },
  };
}

describe('the demo that is stopped', () => {
  // A terminal that is closed, Ctrl-C, and a process manager: each tells the whole group.
  it.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)(
    'by %s leaves no process and no folder behind',
    async (signal) => {
      await using temporary = await temporaryFolder();
      await using demo = await startDemo(temporary.path);
      await demo.started;
      expect(await processesIn(temporary.path)).not.toEqual([]);
      await demo.stop(signal);
      expect(demo.written.output).toContain('Stopped.');
      expect(await processesIn(temporary.path)).toEqual([]);
      const left = await readdir(temporary.path);
      expect(left.filter((name) => name.includes('demo'))).toEqual([]);
    },
    90_000,
  );
});

const shown = z.object({
  returns: z.array(
    z.object({
      loopReturnId: z.string(),
      status: z.string(),
      reason: z.string().nullable(),
      createdAt: z.coerce.date(),
    }),
  ),
});

it('the demo that stays has a month of returns, and twelve that one retry each puts right', async () => {
  const world = await startWorld();
  try {
    await playMonth(world, new AbortController().signal);
    const headers = { authorization: `Bearer ${world.opsToken}` };
    const list = async () =>
      shown.parse(await (await fetch(`${world.url}/api/returns`, { headers })).json()).returns;
    const before = await list();
    const stuck = before.filter(({ status }) => status === 'attention');
    expect(stuck).toHaveLength(12);
    expect(new Set(stuck.map(({ reason }) => reason)).size).toBe(1);
    expect(stuck[0]?.reason).toContain(unknownSku);
    const ended = before.filter(({ status }) => status !== 'attention');
    expect(ended.map(({ status }) => status).sort()).toEqual(
      ['flagged', 'held', 'processed'].flatMap((status) => Array.from({ length: 8 }, () => status)),
    );
    expect(new Set(ended.map(({ createdAt }) => createdAt.toISOString().slice(0, 10))).size).toBe(8);
    for (const { loopReturnId } of stuck) {
      const url = `${world.url}/api/returns/acme/${loopReturnId}/retry`;
      expect((await fetch(url, { method: 'POST', headers })).status).toBe(202);
    }
    await until(
      async () => (await list()).filter(({ status }) => status === 'open').length === 12,
      async () => `twelve open returns: ${JSON.stringify(await list())}`,
    );
  } finally {
    await world.close();
  }
});
