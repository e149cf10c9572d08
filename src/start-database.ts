import type { Logger } from 'pino';
import { ConfigurationError } from './config/errors.ts';
import { connect } from './database/connect.ts';
import { startEmbeddedDatabase } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { requireSessions } from './database/session.ts';
import { sentence } from './returns/words.ts';

/** PostgreSQL's words where its rules have no place for a connection without TLS. */
const takesOnlyTls = /no encryption|SSL off/;
const encrypt =
  'Add ?sslmode=require to the address, or better ?sslmode=verify-full&sslrootcert= and the file with the certificate of its authority.';
const lookAtIt = 'See that it runs, that the address is right and that its user may create tables.';

/**
 * Sees that the database can be used as it has to be, and brings its tables up to this version.
 * @throws {ConfigurationError} where it cannot be used as the address says
 */
export async function prepareDatabase(databaseUrl: string, log: Logger): Promise<void> {
  try {
    await prepare(databaseUrl, log);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const problem = messageOf(error);
    const fix = takesOnlyTls.test(problem) ? encrypt : lookAtIt;
    throw new ConfigurationError([`DATABASE_URL: ${sentence(problem)} ${fix}`], { cause: error });
  }
}

async function prepare(databaseUrl: string, log: Logger): Promise<void> {
  // A migration may take long, and wait long for another replica's.
  const { db, pool, close } = connect(databaseUrl, { max: 2, longestQueryMs: null, log });
  try {
    await requireSessions(pool);
    await migrate(db, log);
  } finally {
    await close();
  }
}

/** Starts a PostgreSQL of the service's own. @returns its address */
export async function startOwnDatabase(
  dataDir: string,
  log: Logger,
  cleanUp: (() => Promise<void>)[],
): Promise<string> {
  const embedded = await startEmbeddedDatabase(dataDir, log).catch((error: unknown) => {
    throw new ConfigurationError([messageOf(error)], { cause: error });
  });
  cleanUp.push(embedded.stop);
  return embedded.url;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
