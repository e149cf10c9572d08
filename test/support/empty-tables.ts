import pg from 'pg';

/** Takes everything out of the service's tables, which stay, and removes the queue, which its next start makes anew. */
export async function emptyTables(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables
        where schemaname = current_schema() and tablename not like 'kysely%'`,
    );
    // The audit list refuses it otherwise.
    await client.query('alter table if exists audit disable trigger user');
    if (rows.length > 0) await client.query(`truncate ${rows.map(({ name }) => name).join(', ')}`);
    await client.query('alter table if exists audit enable trigger user');
    await client.query('drop schema if exists pgboss cascade');
  } finally {
    await client.end();
  }
}
