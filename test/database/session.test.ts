import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import pg from 'pg';
import { expect, test } from 'vitest';
import { requireSessions } from '../../src/database/session.ts';
import { freshDatabase } from '../support/database.ts';
import { fatal } from '../support/postgres-wire.ts';

test('a server that goes while it is looked at is not called one that gives too few connections', async () => {
  await using closing = new AsyncDisposableStack();
  const database = await freshDatabase();
  closing.defer(() => database.drop());
  const url = new URL(database.url);
  const port = Number(url.port);
  let count = 0;
  const server = createServer((client) => {
    client.on('error', () => client.destroy());
    count += 1;
    if (count > 1) {
      client.once('data', () => client.end(fatal('57P03', 'the database system is shutting down')));
      return;
    }
    const backend = connect(port, url.hostname);
    backend.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => backend.destroy());
    client.pipe(backend).pipe(client);
  }).listen(0, '127.0.0.1');
  closing.defer(async () => void server.close());
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server has a port');
  url.port = String(address.port);
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  closing.defer(() => pool.end());
  pool.on('error', () => undefined);
  await expect(requireSessions(pool)).rejects.toThrow('the database system is shutting down');
});
