import { type Child, startChild } from '../child.ts';
import { type FromLoad, fromLoad, type LoadResult, type ToLoad } from '../messages.ts';

/** Makes load on a server from a process of its own. No body is ever sent twice in a run. */
export interface Load {
  /** @param onStart called once all bodies are signed, just before the first is sent */
  send(url: string, secret: string, wish: LoadWish, onStart?: () => void): Promise<LoadResult>;
  close(): void;
}

export interface LoadWish {
  readonly count: number;
  readonly connections: number;
}

/** Beyond the ids with which the database is filled. */
const firstReturnId = 500_000_000;

export function openLoad(logFile: string): Load {
  const child: Child<ToLoad, FromLoad> = startChild('load/generator.ts', fromLoad, logFile);
  let nextId = firstReturnId;
  return {
    send: async (url, secret, { count, connections }, onStart = () => {}) => {
      const firstId = nextId;
      nextId += count;
      const order = { url: `${url}/webhooks/loop/acme`, secret, firstId, count, connections };
      const ready = await child.ask({ kind: 'prepare', order });
      if (ready.kind === 'failed') throw new Error(`The load failed: ${ready.why}`);
      onStart();
      const answer = await child.ask({ kind: 'go' });
      if (answer.kind !== 'done') throw new Error(`The load failed: ${JSON.stringify(answer)}`);
      const { failed, requests } = answer.result;
      if (failed > 0)
        throw new Error(`${failed} of ${requests} requests to ${url} were not answered with 200`);
      return answer.result;
    },
    close: child.kill,
  };
}
