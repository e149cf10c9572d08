import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { fatal, readMessages, startupParameters } from './postgres-wire.ts';

export interface Pooler extends AsyncDisposable {
  /** The database's address by way of the pooler. */
  readonly url: string;
}

export interface PoolerOptions {
  /** What a client keeps a connection to the database for. */
  readonly mode: 'session' | 'transaction';
  /** Which of those that are free a transaction gets: PgBouncer's default, or its `server_round_robin`. */
  readonly order?: 'last-used-first' | 'in-turn';
  /** How many connections to the database there are, in transaction mode. */
  readonly size?: number;
}

/** All that PgBouncer takes in a client's first message: https://www.pgbouncer.org/config.html#ignore_startup_parameters */
const parameters = [
  'user',
  'database',
  'replication',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
];

/** A stand-in for PgBouncer: as strict about a client's first message, and with the same two ways of sharing. */
export async function startPooler(databaseUrl: string, options: PoolerOptions): Promise<Pooler> {
  const database = new URL(databaseUrl);
  const free = openShare(options);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const backend = connect(Number(database.port), database.hostname);
    for (const socket of [client, backend]) {
      sockets.add(socket.on('error', () => socket.destroy()));
      socket.on('close', () => sockets.delete(socket));
    }
    serve(client, backend, options, free);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server has no port');
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Share = ReturnType<typeof openShare>;

/** The connections to the database that no transaction is using, and who waits for one. */
function openShare({ order = 'last-used-first', size = Number.MAX_SAFE_INTEGER }: PoolerOptions) {
  const idle: Socket[] = [];
  const waiting: ((backend: Socket) => void)[] = [];
  let count = 0;
  const give = (backend: Socket) => {
    const first = waiting.shift();
    if (first === undefined) idle.push(backend);
    else first(backend);
  };
  return {
    /** A new connection; one too many is closed. */
    add: (backend: Socket) => {
      count += 1;
      if (count > size) backend.destroy();
      else give(backend);
    },
    give,
    take: (use: (backend: Socket) => void) => {
      const backend = order === 'in-turn' ? idle.shift() : idle.pop();
      if (backend === undefined) waiting.push(use);
      else use(backend);
    },
  };
}

function serve(client: Socket, own: Socket, { mode }: PoolerOptions, share: Share): void {
  /** Logging in goes straight through; after that, a transaction's messages go to the connection it got. */
  let phase: 'login' | 'shared' = 'login';
  let backend: Socket | 'none' | 'asked-for' = own;
  let held: Buffer[] = [];

  readMessages(client, 'client', (message) => {
    if (message.type === '') {
      const unknown = [...startupParameters(message).keys()].find(
        (name) => !parameters.includes(name.toLowerCase()),
      );
      if (unknown !== undefined) {
        client.end(fatal('08P01', `unsupported startup parameter: ${unknown}`));
        own.destroy();
        return;
      }
    }
    if (phase === 'login') {
      own.write(message.bytes);
      return;
    }
    if (message.type === 'X') return;
    if (typeof backend !== 'string') {
      backend.write(message.bytes);
      return;
    }
    held.push(message.bytes);
    if (backend === 'asked-for') return;
    backend = 'asked-for';
    share.take((given) => {
      backend = given;
      listen(given);
      for (const bytes of held) given.write(bytes);
      held = [];
    });
  });
  listen(own);
  if (mode === 'session') {
    own.on('close', () => client.destroy());
    client.on('close', () => own.destroy());
  }

  function listen(to: Socket): void {
    to.removeAllListeners('data');
    readMessages(to, 'server', ({ type, body, bytes }) => {
      client.write(bytes);
      const isBetweenTransactions = type === 'Z' && body.toString() === 'I';
      if (!isBetweenTransactions || mode === 'session') return;
      if (phase === 'login') share.add(to);
      else share.give(to);
      phase = 'shared';
      backend = 'none';
    });
  }
}
