import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/database/embedded.ts';
import { serverAccount } from '../../src/database/embedded-account.ts';
import { memoryFolder } from './memory-folder.ts';
import { until } from './until.ts';

/** A PostgreSQL for one test file alone, whose settings it may change. */
export interface OwnPostgres extends AsyncDisposable {
  /** Its first database, as the user that may do everything. */
  readonly url: string;
  query(statement: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Settings that need no restart; an empty value takes one back. Resolves once they count. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Puts a file into its folder that only the server can read. */
  keep(name: string, content: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it with the settings of a production server, fsync among them; where its files are, is the test run's. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(await memoryFolder(), 'masonhub-loop-own-'));
  // Where it is run by root, the database runs as another user, who has to enter the folder.
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedDatabase(folder, pino({ level: 'silent' }));
  const stop = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...handles(postgres, join(folder, 'postgres')), stop, [Symbol.asyncDispose]: stop };
}

function handles({ url }: EmbeddedDatabase, cluster: string) {
  const query: OwnPostgres['query'] = async (statement, values = []) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
      return rows;
    } finally {
      await client.end();
    }
  };
  return {
    url,
    query,
    configure: async (settings: Readonly<Record<string, string>>) => {
      for (const [name, value] of Object.entries(settings)) {
        await query(`alter system ${value === '' ? `reset ${name}` : `set ${name} = '${value}'`}`);
      }
      const loadedAt = async () =>
        (await query('select pg_conf_load_time()::text as at')).map(({ at }) => at).join();
      const before = await loadedAt();
      await query('select pg_reload_conf()');
      await until(
        async () => (await loadedAt()) !== before,
        () => 'the settings to be taken up',
      );
    },
    keep: async (name: string, content: string) => {
      const path = join(cluster, name);
      await writeFile(path, content, { mode: 0o600 });
      await chmod(path, 0o600);
      const account = await serverAccount(cluster);
      if (account !== undefined) await chown(path, account.uid, account.gid);
    },
  };
}
