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
        const peakBytes = process.resourceUsage().maxRSS * 1024;
        const residentBytes = process.memoryUsage.rss();
        return answer({ kind: 'usage', usage: { residentBytes, peakBytes, cpuMs: (user + system) / 1000 } });
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

function answer(message: FromServer): void {
  process.send?.(message);
}
