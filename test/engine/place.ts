import pg from 'pg';
import { ConfigurationError } from '../../src/config/errors.ts';

/** Where a run takes place: a database that has nothing in it, or a schema that is not there yet. */
export interface Place extends AsyncDisposable {
  readonly url: string;
  /** Which engine it is, in its own words. */
  readonly engine: string;
}

type Query = <Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/**
 * @param schema one of its own, where the database is not empty; the queue's tables are always in `pgboss`
 * @throws {ConfigurationError} where something is there that is not the run's own
 */
export async function openPlace(databaseUrl: string, schema: string | null): Promise<Place> {
  const query = queryOn(databaseUrl);
  const taken = await query<{ name: string }>(
    schema === null ? relations : schemas,
    schema === null ? [] : [schema],
  );
  const [first] = taken;
  if (first !== undefined) {
    const fix =
      schema === null
        ? 'Name an empty one, or give --schema with the name of a schema for the run alone.'
        : 'Give a name that is free. The queue always has the schema pgboss: where the service has been started, use another database.';
    throw new ConfigurationError([
      `This database already has ${first.name}, and the run would empty it. ${fix}`,
    ]);
  }
  if (schema !== null) await query(`create schema ${pg.escapeIdentifier(schema)}`);
  const url = new URL(databaseUrl);
  if (schema !== null) url.searchParams.set('options', `-c search_path=${schema}`);
  return {
    url: url.href,
    engine: await nameOf(query),
    [Symbol.asyncDispose]: () => leave(query, schema),
  };
}

function queryOn(databaseUrl: string): Query {
  return async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  };
}

/** What an extension brought is no data of anybody's. */
const relations = `select n.nspname || '.' || c.relname as name from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
    and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and not exists (select from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  union all select 'the schema pgboss' from pg_namespace where nspname = 'pgboss'
  limit 1`;
const schemas = `select 'the schema ' || nspname as name from pg_namespace where nspname in ($1::text, 'pgboss')
  union all select 'a use for the schema pgboss: the queue' where $1::text = 'pgboss'`;

async function nameOf(query: Query): Promise<string> {
  const [server] = await query<{ name: string }>(
    `select 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) as name`,
  );
  const extensions = await query<{ name: string }>(
    `select initcap(extname) || ' ' || extversion as name from pg_extension where extname = 'citus'`,
  );
  return [server, ...extensions].map((one) => one?.name).join(' with ');
}

/** Leaves the database as it was found. */
async function leave(query: Query, schema: string | null): Promise<void> {
  await query('drop schema if exists pgboss cascade');
  if (schema !== null) {
    await query(`drop schema ${pg.escapeIdentifier(schema)} cascade`);
    return;
  }
  const tables = await query<{ name: string }>(
    'select quote_ident(tablename) as name from pg_tables where schemaname = current_schema()',
  );
  for (const { name } of tables) await query(`drop table ${name}`);
}
