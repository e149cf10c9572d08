import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type NodeCommand, startChild } from '../child.ts';
import { type FromServer, fromServer, type ServerOptions, type ToServer, type Usage } from '../messages.ts';

export type ServerName = 'endpoint' | 'ceiling' | 'textbook' | 'insert' | 'node-red';

/** One of the servers that are compared, in a process of its own. */
export interface Server {
  readonly url: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export async function startServer(
  name: ServerName,
  options: ServerOptions,
  logFile: string,
): Promise<Server> {
  const script = `servers/${name}.ts`;
  const child = startChild<ToServer, FromServer>(script, fromServer, logFile, await startCommand());
  const started = await child.ask({ kind: 'start', options });
  if (started.kind !== 'started') throw new Error(`The server ${name} failed: ${JSON.stringify(started)}`);
  return {
    url: started.url,
    usage: async () => {
      const answer = await child.ask({ kind: 'usage' });
      if (answer.kind !== 'usage') throw new Error(`The server ${name} failed: ${JSON.stringify(answer)}`);
      return answer.usage;
    },
    stop: async () => {
      child.tell({ kind: 'stop' });
      await child.ended();
    },
  };
}

/** What `npm start` tells Node and the C library; every server of the bench is told the same. */
export async function startCommand(): Promise<NodeCommand> {
  const manifest: unknown = JSON.parse(
    await readFile(new URL('../../../package.json', import.meta.url), 'utf8'),
  );
  const { scripts } = z.object({ scripts: z.object({ start: z.string() }) }).parse(manifest);
  const words = scripts.start.split(' ');
  return {
    options: words.filter((word) => word.startsWith('--')),
    env: Object.fromEntries(words.filter((word) => /^\w+=/.test(word)).map((word) => word.split('='))),
  };
}
