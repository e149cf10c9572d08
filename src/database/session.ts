import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { within } from '../config/deadline.ts';
import { ConfigurationError } from '../config/errors.ts';
import { codeOf } from './away.ts';

/** A setting that means nothing to PostgreSQL, so that it harms nobody where a pooler leaves it behind. */
const mark = 'masonhub_loop.session';
const looks = 3;
const checkWithinMs = 10_000;

const notKept =
  'DATABASE_URL: what a connection sets is gone, or belongs to another connection, in its next transaction. A pooler, such as PgBouncer in transaction mode, stands between. Set pool_mode = session there, or connect directly to PostgreSQL.';
const noSecond =
  'DATABASE_URL: the database gives no two connections at the same time. Where a pooler stands between, let it have more connections to PostgreSQL (default_pool_size of PgBouncer); else see max_connections.';

/**
 * Whether connections are sessions: prepared statements, time limits and the lock of a migration live in them. A
 * pooler in transaction mode would mix them up without a word. Two connections set the same thing, each to its own,
 * and read it back: a pooler that hands out the connection used last has given both the same one. One that hands
 * them out in turn is found out where a connection reads twice in a row.
 * @throws {ConfigurationError} where they are not, or the database gives no two of them; else the database's
 * error, where it gives none
 */
export async function requireSessions(pool: pg.Pool): Promise<void> {
  const clients: pg.PoolClient[] = [];
  let isOver = false;
  const taken = async () => {
    const client = await pool.connect();
    if (isOver) client.release(true);
    else clients.push(client);
    return client;
  };
  try {
    await within(checkWithinMs, checkSessions(taken), () => {
      throw new ConfigurationError([noSecond]);
    });
  } finally {
    isOver = true;
    // Nothing of this is left to whoever comes next.
    for (const client of clients) client.release(true);
  }
}

async function checkSessions(taken: () => Promise<pg.PoolClient>): Promise<void> {
  const one = await marked(await taken());
  const second = await taken().catch((cause: unknown) => {
    // The server goes just then: that says nothing of how many it gives.
    if (codeOf(cause).startsWith('57P')) throw cause;
    throw new ConfigurationError([noSecond], { cause });
  });
  const other = await marked(second);
  for (let look = 0; look < looks; look += 1) {
    const areKept = (await one.isKept()) && (await other.isKept()) && (await one.isKept());
    if (!areKept) throw new ConfigurationError([notKept]);
  }
}

async function marked(client: pg.PoolClient): Promise<{ isKept(): Promise<boolean> }> {
  const own = randomUUID();
  await client.query('select set_config($1, $2, false)', [mark, own]);
  return {
    isKept: async () => {
      const { rows } = await client.query<{ mark: string | null }>(
        'select current_setting($1, true) as mark',
        [mark],
      );
      return rows[0]?.mark === own;
    },
  };
}
