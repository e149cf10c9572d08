import type { PostgresPool } from 'kysely';
import type pg from 'pg';

/**
 * A pool whose connections prepare the inserts that take their rows as one parameter: such a statement is the
 * same however many rows there are, and so long that reading and planning it costs PostgreSQL more than carrying
 * it out for one row. Only inserts: what has to find rows may need another plan as the tables grow.
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
  const query = (text: string, values: readonly unknown[]) => {
    if (!isInsertOfRows(text)) return client.query(text, [...values]);
    const name = names.get(text) ?? `insert-${names.size + 1}`;
    names.set(text, name);
    return client.query({ name, text, values: [...values] });
  };
  return new Proxy(client, {
    get: (target, property) => (property === 'query' ? query : Reflect.get(target, property)),
  });
}

function isInsertOfRows(text: string): boolean {
  return text.includes('json_to_recordset(') && /^\s*(with ins as \(\s*)?insert into/i.test(text);
}
