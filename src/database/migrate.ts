import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sql } from 'kysely';
import { FileMigrationProvider, type MigrationResult, Migrator } from 'kysely/migration';
import type { Logger } from 'pino';
import type { Database } from './connect.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url));

/**
 * Brings the database's tables up to this version: all missing migrations in one transaction, or none of them.
 * Replicas that start at the same time wait for each other on a lock in the database.
 */
export async function migrate(db: Database, log: Logger, folder = MIGRATIONS): Promise<void> {
  if (await isUpToDate(db, folder)) return;
  const { error, results = [] } = await migrator(db, folder).migrateToLatest();
  if (error !== undefined) throw migrationFailed(error, results);
  for (const { migrationName } of results) log.info({ migration: migrationName }, 'migration applied');
}

/**
 * Whether the database has exactly this version's migrations, as at most starts. Kysely looks at every table of the
 * database before it can say so, and reads every migration.
 */
async function isUpToDate(db: Database, folder: string): Promise<boolean> {
  const noted = sql<{ isThere: boolean }>`select to_regclass('kysely_migration') is not null as "isThere"`;
  const [known] = (await noted.execute(db)).rows;
  if (known?.isThere !== true) return false;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const applied = new Set(rows.map(({ name }) => name));
  const files = (await readdir(folder)).map((file) => path.parse(file)).filter(({ ext }) => ext === '.ts');
  const own = files.map(({ name }) => name);
  return own.length === applied.size && own.every((name) => applied.has(name));
}

/** The names of the migrations that this version has and the database has not. */
export async function pendingMigrations(db: Database, folder = MIGRATIONS): Promise<string[]> {
  const migrations = await migrator(db, folder).getMigrations();
  return migrations.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

function migrator(db: Database, folder: string): Migrator {
  const provider = new FileMigrationProvider({
    fs: { readdir },
    path,
    migrationFolder: folder,
    import: async (file) => await import(pathToFileURL(file).href),
  });
  return new Migrator({ db, provider });
}

function migrationFailed(error: unknown, results: MigrationResult[]): Error {
  const reason = error instanceof Error ? error.message : String(error);
  const failed = results.find(({ status }) => status === 'Error');
  if (failed !== undefined) {
    return new Error(`Migration ${failed.migrationName} failed, nothing was changed: ${reason}`, {
      cause: error,
    });
  }
  const known = /^corrupted migrations: previously executed migration (\S+) is missing$/.exec(reason);
  if (known !== null) {
    return new Error(
      `The database already has migration ${known[1]}, which this version of the service does not know: it was ` +
        'migrated by a newer version. Start that version, or restore the database from before.',
      { cause: error },
    );
  }
  return new Error(`The database could not be migrated: ${reason}`, { cause: error });
}
