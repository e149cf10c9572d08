import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { pino } from 'pino';
import { connect } from '../../src/database/connect.ts';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { migrate } from '../../src/database/migrate.ts';

/** Processor time in milliseconds, in programs and in the kernel. */
export interface CpuTime {
  readonly userMs: number;
  readonly systemMs: number;
}

/** Statements are counted where a database asks for it; see `countStatements`. */
const counting = [
  "shared_preload_libraries = 'pg_stat_statements'",
  "pg_stat_statements.track = 'none'",
  'pg_stat_statements.track_utility = off',
];

/** Has the statements of this database counted, those of connections that are opened from now on. */
export async function countStatements(databaseUrl: string): Promise<void> {
  await query(databaseUrl, 'create extension pg_stat_statements');
  const name = new URL(databaseUrl).pathname.slice(1);
  await query(databaseUrl, `alter database ${name} set pg_stat_statements.track = 'top'`);
}

/** The one PostgreSQL of a run, durable as in production, with a database for each server. */
export interface Databases {
  /** Creates an empty database. */
  create(name: string): Promise<string>;
  /** The processor time that PostgreSQL has used so far, all its processes together; null where none can say. */
  cpu(): Promise<CpuTime | null>;
  /** How many statements the clients of a database have sent so far; begin, commit and what PostgreSQL asks for a foreign key are left out. */
  statements(databaseUrl: string): Promise<number>;
  settings(): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startDatabases(folder: string): Promise<Databases> {
  const log = pino({ level: 'silent' });
  const first = await startEmbeddedDatabase(folder, log);
  for (const setting of counting) await query(first.url, `alter system set ${setting}`);
  await first.stop();
  const embedded = await startEmbeddedDatabase(folder, log);
  return {
    create: async (name) => {
      await query(embedded.url, `create database ${name}`);
      const url = new URL(embedded.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    cpu: () => cpuOf(folder),
    statements: async (databaseUrl) => {
      const rows = await query<{ calls: number }>(
        databaseUrl,
        `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements(true) where query not like '%FOR KEY SHARE OF x'
          and dbid = (select oid from pg_database where datname = current_database())`,
      );
      return rows[0]?.calls ?? 0;
    },
    settings: async () => {
      const names = ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method'];
      const rows = await query<{ name: string; setting: string }>(
        embedded.url,
        `select name, setting from pg_settings where name = any($1)`,
        [[...names, 'shared_buffers', 'max_wal_size']],
      );
      return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    },
    stop: embedded.stop,
  };
}

/** Runs one statement on a connection of its own. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(statement, [...values])).rows);
}

export async function withClient<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  // What the bench itself asks is not counted with the service's statements.
  const client = new pg.Client({ connectionString: url, options: '-c pg_stat_statements.track=none' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Gives a database the service's tables, as its start does. */
export async function migrated(url: string): Promise<string> {
  const log = pino({ level: 'silent' });
  const { db, close } = connect(url, { max: 2, longestQueryMs: null, log });
  await migrate(db, log).finally(close);
  return url;
}

const ticksPerSecond = 100;

/** Linux keeps it in /proc: the postmaster, its living children, and what those that ended had used. */
async function cpuOf(folder: string): Promise<CpuTime | null> {
  if (process.platform !== 'linux') return null;
  const [first = ''] = (await readFile(`${folder}/postgres/postmaster.pid`, 'utf8')).split('\n');
  const ticks = { user: 0, system: 0 };
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // After the command, which may hold spaces: state, parent, …, utime, stime, cutime, cstime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, ended = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
    if (pid !== first && fields[1] !== first) continue;
    ticks.user += user + (pid === first ? ended : 0);
    ticks.system += system + (pid === first ? endedSystem : 0);
  }
  const inMs = (count: number) => (count * 1000) / ticksPerSecond;
  return { userMs: inMs(ticks.user), systemMs: inMs(ticks.system) };
}
