import pg from 'pg';
import { z } from 'zod';
import { until } from './until.ts';

type Query = (statement: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

export interface Querying {
  readonly query: Query;
  close(): Promise<void>;
}

/** Keeps its connections between queries: to make one costs far more than the query does. */
export function openQuerying(databaseUrl: string): Querying {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  pool.on('error', () => {
    // A test has cut it; the pool has already removed it, and makes another when it is needed.
  });
  return {
    query: async (statement, values = []) =>
      (await pool.query<Record<string, unknown>>(statement, [...values])).rows,
    close: () => pool.end(),
  };
}

/** One query, on a connection of its own. */
export async function runQuery(
  databaseUrl: string,
  statement: string,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const { query, close } = openQuerying(databaseUrl);
  return await query(statement, values).finally(close);
}

export async function letIn(databaseUrl: string, everybody: boolean): Promise<void> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const { query, close } = openQuerying(url.href);
  try {
    await query(`alter database ${name} allow_connections ${everybody}`);
    if (everybody) return;
    // One that is just starting may have been let in before, and does not say yet into which database.
    const open = `select case when datname = $1 then pg_terminate_backend(pid) end from pg_stat_activity
      where datname = $1 or (state = 'starting' and pid <> pg_backend_pid())`;
    await until(
      async () => (await query(open, [name])).length === 0,
      () => `the end of all connections to ${name}`,
    );
  } finally {
    await close();
  }
}

/** Undefined where there is no such return. */
export async function storedStatus(query: Query, merchant: string, id: string): Promise<unknown> {
  const [row] = await query('select status from returns where merchant = $1 and loop_return_id = $2', [
    merchant,
    id,
  ]);
  return row?.['status'];
}

export function openJobs(query: Query): Promise<Record<string, unknown>[]> {
  return query(
    `select name, state, data, output from pgboss.job where state in ('created', 'retry', 'active')
      and (name = 'deliveries' or name like 'rmas/%' or name like 'messages/%')
      and start_after < now() + interval '5 minutes'`,
  );
}

export async function countRows(query: Query): Promise<Record<string, number>> {
  const rows = await query(
    `select (select count(*)::int from deliveries) as deliveries, (select count(*)::int from returns) as returns,
      (select count(*)::int from outcomes) as outcomes, (select count(*)::int from return_events) as return_events`,
  );
  return z.array(z.record(z.string(), z.number())).length(1).parse(rows)[0] ?? {};
}
