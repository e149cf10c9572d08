import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** One address that leads to whichever server takes writes, as HAProxy's or a cloud's does. */
export interface Switch {
  readonly port: number;
  /** Leads to another port on this machine from now on, or nowhere; ends what was open to the one before. */
  leadTo(port: number | null): void;
  close(): Promise<void>;
}

export async function openSwitch(): Promise<Switch> {
  let target: number | null = null;
  const sockets = new Set<Socket>();
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (target === null) {
      client.destroy();
      return;
    }
    const backend = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, backend],
      [backend, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server has a port');
  return {
    port: address.port,
    leadTo: (port) => {
      target = port;
      endAll();
    },
    close: async () => {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
