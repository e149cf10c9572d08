import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;

export interface Connection {
  db: Database;
  pool: pg.Pool;
  /** Waits for the queries under way, then closes every connection. */
  close(): Promise<void>;
}

/** Opens a pool of connections; the first is made when it is needed, so this never fails. */
export function connect(url: string, options: { max?: number; log: Logger }): Connection {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: 'masonhub-loop',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A lost connection is an 'error' event, which ends the process when nobody listens. The pool listens only
  // while the connection is idle, so one lost between two queries of a transaction needs this listener.
  pool.on('connect', (client) => {
    let isLost = false;
    client.on('error', (error) => {
      // The server's goodbye and the closed socket are two events.
      if (!isLost) options.log.warn({ err: error }, 'lost a connection to the database');
      isLost = true;
    });
  });
  pool.on('error', () => {
    // The connection's own listener has logged it; the pool has already removed it.
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | undefined;
  return {
    db,
    pool,
    close: async () => {
      closing ??= closePool(db, pool);
      await closing;
    },
  };
}

async function closePool(db: Database, pool: pg.Pool): Promise<void> {
  await db.destroy();
  // Kysely ends only a pool that it has used.
  if (!pool.ending) await pool.end();
}

/** PostgreSQL's count() is an int8, which pg returns as text because it might not fit a number. Ours do. */
const getTypeParser: typeof pg.types.getTypeParser = (oid, format) =>
  Number(oid) === pg.types.builtins.INT8 && format !== 'binary'
    ? parseInt8
    : pg.types.getTypeParser(oid, format);

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`);
  return value;
}
