import { readFile } from 'node:fs/promises';
import { type FromServer, type ServerOptions, toServer } from '../messages.ts';

export interface Serving {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs a server in this process for the bench, which starts it, asks what it uses, and stops it. */
export function serve(start: (options: ServerOptions) => Promise<Serving>): void {
  let serving: Serving | undefined;
  const carryOut = async (message: unknown): Promise<void> => {
    const order = toServer.parse(message);
    switch (order.kind) {
      case 'start':
        serving = await start(order.options);
        return answer({ kind: 'started', url: serving.url });
      case 'usage': {
        const { user, system } = process.cpuUsage();
        const peakBytes = await peakOf();
        const residentBytes = process.memoryUsage.rss();
        const cpu = { userMs: user / 1000, systemMs: system / 1000 };
        return answer({ kind: 'usage', usage: { residentBytes, peakBytes, cpu } });
      }
      case 'stop':
        await serving?.stop();
        process.disconnect();
    }
  };
  process.on('message', (message) => {
    carryOut(message).catch((error: unknown) => {
      answer({
        kind: 'failed',
        why: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    });
  });
}

/** The most that this process has had in memory; what `resourceUsage` says may be its parent's. */
async function peakOf(): Promise<number> {
  const kilobytes = await readFile('/proc/self/status', 'utf8').then(
    (status) => Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]),
    () => process.resourceUsage().maxRSS,
  );
  return kilobytes * 1024;
}

function answer(message: FromServer): void {
  process.send?.(message);
}
