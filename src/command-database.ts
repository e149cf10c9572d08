import type { Logger } from 'pino';
import { readSettings, type Settings } from './config/environment.ts';
import { connect, type Database } from './database/connect.ts';
import { prepareDatabase, startOwnDatabase } from './start-database.ts';

/**
 * Lets a command work on the service's database, which it finds by the settings as the service does, with its
 * tables at this version.
 * @throws {ConfigurationError} where a setting or the database cannot be used
 */
export async function onDatabase(
  env: NodeJS.ProcessEnv,
  log: Logger,
  work: (db: Database, settings: Settings) => Promise<void>,
): Promise<void> {
  const settings = readSettings(env);
  const cleanUp: (() => Promise<void>)[] = [];
  try {
    const databaseUrl = settings.databaseUrl ?? (await startOwnDatabase(settings.dataDir, log, cleanUp));
    await prepareDatabase(databaseUrl, log);
    const { db, close } = connect(databaseUrl, { max: 1, longestQueryMs: null, log });
    cleanUp.push(close);
    await work(db, settings);
  } finally {
    for (const close of cleanUp.reverse()) await close();
  }
}
