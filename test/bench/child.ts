import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

/** A process of the bench's own, which is told one thing at a time and answers it. */
export interface Child<Order, Answer> {
  ask(order: Order): Promise<Answer>;
  tell(order: Order): void;
  /** Waits until the process has ended by itself. */
  ended(): Promise<void>;
  kill(): void;
}

/** How Node is started. */
export interface NodeCommand {
  readonly options: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts a script of this folder in a process of its own.
 * @param logFile where its standard output goes, as a service's log does in production
 * @param node what Node itself is told
 */
export function startChild<Order extends object, Answer>(
  script: string,
  answers: z.ZodType<Answer>,
  logFile: string,
  node: NodeCommand = { options: [], env: {} },
): Child<Order, Answer> {
  const log = openSync(logFile, 'a');
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(path, {
    stdio: ['ignore', log, 'inherit', 'ipc'],
    execArgv: [...node.options],
    // Where src/main.js has it as well.
    env: { ...process.env, ...node.env, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
  });
  const ended = once(child, 'exit');
  return {
    ask: async (order) => {
      const answer = nextMessage(child, script);
      child.send(order);
      return answers.parse(await answer);
    },
    tell: (order) => void child.send(order),
    ended: async () => void (await ended),
    kill: () => void child.kill('SIGKILL'),
  };
}

async function nextMessage(child: ChildProcess, script: string): Promise<unknown> {
  const gone = new AbortController();
  const exit = once(child, 'exit', { signal: gone.signal }).then(() => {
    throw new Error(`${script} ended early`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: gone.signal }), exit]);
    return message;
  } finally {
    exit.catch(() => undefined);
    gone.abort();
  }
}
