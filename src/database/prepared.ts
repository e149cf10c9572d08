import type { PostgresPool } from 'kysely';
import type pg from 'pg';
import { isReadOnly } from './away.ts';

/**
 * A pool whose connections prepare the inserts that take their rows as one parameter: such a statement is the
 * same however many rows there are, and so long that reading and planning it costs PostgreSQL more than carrying
 * it out for one row: without it the endpoints take a sixth less, in paired runs of the benchmarks. Only inserts: what has to find rows may need another plan as the tables grow. A connection
 * that has turned out to take no writes is not used again.
 */
export function preparingInserts(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, pg.PoolClient>();
  return {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect();
      const preparing = clients.get(client) ?? preparingClient(client);
      clients.set(client, preparing);
      return preparing;
    },
    end: () => pool.end(),
  };
}

function preparingClient(client: pg.PoolClient): pg.PoolClient {
  const names = new Map<string, string>();
  // After a failover, a connection to what was the primary stays read-only; a new one leads to what is it now.
  let isDemoted = false;
  const send = (text: string, values: readonly unknown[]) => {
    if (!isInsertOfRows(text)) return client.query(text, [...values]);
    const name = names.get(text) ?? `insert-${names.size + 1}`;
    names.set(text, name);
    return client.query({ name, text, values: [...values] });
  };
  const query = async (text: string, values: readonly unknown[]) => {
    try {
      return await send(text, values);
    } catch (error) {
      isDemoted ||= isReadOnly(error);
      throw error;
    }
  };
  const release = (discard?: Error | boolean) => client.release(discard || isDemoted);
  return new Proxy(client, {
    get: (target, property) => {
      if (property === 'query') return query;
      return property === 'release' ? release : Reflect.get(target, property);
    },
  });
}

function isInsertOfRows(text: string): boolean {
  return text.includes('json_to_recordset(') && /^\s*(with ins as \(\s*)?insert into/i.test(text);
}
