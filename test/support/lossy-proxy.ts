import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { readMessages } from './postgres-wire.ts';

/** The way to a database, on which the answer to a COMMIT can get lost. */
export interface LossyProxy extends AsyncDisposable {
  readonly url: string;
  /** The next commits are carried out, and instead of their answer comes the end of the connection. */
  loseCommits(count: number): void;
}

export async function startLossyProxy(databaseUrl: string): Promise<LossyProxy> {
  const database = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let toLose = 0;
  const server = createServer((client) => {
    const backend = connect(Number(database.port), database.hostname);
    for (const [socket, other] of [
      [client, backend],
      [backend, client],
    ] as const) {
      sockets.add(socket.on('error', () => socket.destroy()));
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    readMessages(client, 'client', ({ bytes }) => backend.write(bytes));
    readMessages(backend, 'server', ({ type, body, bytes }) => {
      const isLost = toLose > 0 && type === 'C' && body.toString() === 'COMMIT\0';
      if (isLost) toLose -= 1;
      if (isLost) client.destroy();
      else if (!client.destroyed) client.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server has no port');
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    loseCommits: (count) => {
      toLose = count;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
