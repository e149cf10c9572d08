import pg from 'pg';
import { z } from 'zod';

type Query = (statement: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

export async function runQuery(
  databaseUrl: string,
  statement: string,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}

export async function letIn(databaseUrl: string, everybody: boolean): Promise<void> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  await runQuery(url.href, `alter database ${name} allow_connections ${everybody}`, []);
  if (everybody) return;
  await runQuery(url.href, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    name,
  ]);
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
