import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryFolder } from './memory-folder.ts';
import { until } from './until.ts';

const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The service as a process of its own. */
export interface ServiceProcess extends AsyncDisposable {
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves with its address once it listens. */
  untilListening(): Promise<string>;
  send(signal: NodeJS.Signals): void;
  ended(): Promise<Ended>;
  /** SIGTERM, and the wait for the end. */
  stop(): Promise<Ended>;
}

/**
 * Starts the service in `folder` with these settings and no others.
 * It is stopped by `await using` at the latest, so that no test leaves a process behind.
 */
export function startProcess(folder: string, settings: Record<string, string>): ServiceProcess {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [main], {
    cwd: folder,
    env: { PATH, HOST: '127.0.0.1', PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  const closed = once(child, 'close');
  const ended = async (): Promise<Ended> => {
    await closed;
    return { code: child.exitCode, signal: child.signalCode };
  };
  const stop = () => {
    child.kill('SIGTERM');
    return ended();
  };
  return {
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    untilListening: () =>
      until(
        () => {
          if (hasEnded(child)) throw new Error(`The service ended early: ${written.stderr}`);
          return /"url":"(http:[^"]+)".*the service is ready/.exec(written.stdout)?.[1];
        },
        () => `the service to listen: ${written.stdout}${written.stderr}`,
      ),
    send: (signal) => void child.kill(signal),
    ended,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (!hasEnded(child)) await stop();
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** An empty folder that is gone after the test. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(await memoryFolder(), 'masonhub-loop-process-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
