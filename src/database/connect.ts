import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { databaseAddress } from '../config/database-address.ts';
import { within } from '../config/deadline.ts';
import { preparingInserts } from './prepared.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;

export interface OpenDatabase {
  db: Database;
  pool: pg.Pool;
  /** Waits for the queries under way, then closes every connection. */
  close(): Promise<void>;
}

/** No query of the service takes as long as this; what does has lost its server, or waits for a lock in vain. */
const longestQueryMs = 30_000;
const connectWithinMs = 5_000;

export interface ConnectOptions {
  readonly max?: number;
  /** What the database shows for these connections. */
  readonly name?: string;
  /** How long a query may take; `null` for as long as it likes, as a migration may. */
  readonly longestQueryMs?: number | null;
  readonly log: Logger;
}

/**
 * Opens a pool of connections; the first is made when it is needed, so this fails only for an address that
 * cannot be read.
 * @throws {ConfigurationError} what is wrong with the address
 */
export function connect(url: string, options: ConnectOptions): OpenDatabase {
  const patience = options.longestQueryMs === undefined ? longestQueryMs : options.longestQueryMs;
  const pool = new pg.Pool({
    ...databaseAddress(url),
    max: options.max ?? 10,
    connectionTimeoutMillis: connectWithinMs,
    keepAlive: true,
    onConnect: (client) => setUp(client, { name: options.name ?? 'masonhub-loop', patience }),
    ...(patience === null ? {} : { stream: socketThatGivesUp(patience + 10_000) }),
    types,
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
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: preparingInserts(pool) }) });
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

/**
 * As the server has it by itself. A pooler that does not reset its connections may hand out one on which the job queue
 * has said that nobody waits for the disk; see `openQueues`.
 */
const durably =
  "set_config('synchronous_commit', (select reset_val from pg_settings where name = 'synchronous_commit'), false)";

/**
 * What a connection is to keep to is set once it is there: a pooler such as PgBouncer refuses a connection
 * that asks for it in its first message. Without the pooler's answer, the connection was not made.
 */
async function setUp(
  client: pg.ClientBase,
  { name, patience }: { name: string; patience: number | null },
): Promise<void> {
  const settings = {
    application_name: name,
    ...(patience === null
      ? {}
      : {
          statement_timeout: String(patience),
          idle_in_transaction_session_timeout: String(2 * patience),
        }),
  };
  const names = Object.keys(settings);
  const calls = names.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`);
  calls.push(durably);
  const setting = client.query(`select ${calls.join(', ')}`, Object.entries(settings).flat());
  await within(connectWithinMs, setting, () => {
    throw new Error('The database did not answer in time.');
  });
}

/**
 * Where the network swallows packets, TCP alone takes a quarter of an hour to notice: a connection on
 * which nothing has moved for a while, though a query is under way, is closed.
 * @param afterMs longer than the pool leaves a connection idle
 */
export function socketThatGivesUp(afterMs: number): () => Socket {
  return () => {
    const socket = new Socket();
    return socket.setTimeout(afterMs, () => {
      socket.destroy(new Error('The database did not answer in time.'));
    });
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

/** How values of the database are read. */
export const types = { getTypeParser };

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large for a number`);
  return value;
}
