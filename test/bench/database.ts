import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { pino } from 'pino';
import { connect } from '../../src/database/connect.ts';
import { startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { migrate } from '../../src/database/migrate.ts';

/** The one PostgreSQL of a run, durable as in production, with a database for each server. */
export interface Databases {
  /** Creates an empty database. */
  create(name: string): Promise<string>;
  /** How much processor time PostgreSQL has used so far, all its processes together; null where none can say. */
  cpuMs(): Promise<number | null>;
  settings(): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startDatabases(folder: string): Promise<Databases> {
  const embedded = await startEmbeddedDatabase(folder, pino({ level: 'silent' }));
  return {
    create: async (name) => {
      await query(embedded.url, `create database ${name}`);
      const url = new URL(embedded.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    cpuMs: () => cpuOf(folder),
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
  const client = new pg.Client({ connectionString: url });
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
async function cpuOf(folder: string): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const [first = ''] = (await readFile(`${folder}/postgres/postmaster.pid`, 'utf8')).split('\n');
  let ticks = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // After the command, which may hold spaces: state, parent, …, utime, stime, cutime, cstime.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, ended = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
    if (pid === first) ticks += user + system + ended + endedSystem;
    else if (fields[1] === first) ticks += user + system;
  }
  return (ticks * 1000) / ticksPerSecond;
}
