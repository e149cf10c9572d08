import { parseArgs } from 'node:util';
import { readSettings } from './config/environment.ts';
import { ConfigurationError } from './config/errors.ts';
import { connect } from './database/connect.ts';
import { distribute } from './database/distribute.ts';
import { openLog } from './log.ts';
import { prepareDatabase } from './start-database.ts';

/** The command line for a database of several machines: `npm run distribute -- --database-url postgres://…` */
const log = openLog('warn');
try {
  const { values } = readArguments();
  const databaseUrl = values['database-url'] ?? readSettings(process.env).databaseUrl ?? '';
  if (databaseUrl === '') {
    throw new ConfigurationError(['Name the database: npm run distribute -- --database-url postgres://…']);
  }
  await prepareDatabase(databaseUrl, log);
  // Rows that are there already are copied, and that may take long.
  const { db, close } = connect(databaseUrl, { max: 1, longestQueryMs: null, log });
  try {
    await distribute(db, ({ table, kind, shards }) => {
      const what = kind === 'kept' ? 'is distributed already' : 'distributed by merchant';
      console.log(`${table.padEnd(14)} ${what}, ${shards} shards`);
    });
  } finally {
    await close();
  }
  console.log('readiness, audit and the tables of the queue stay on the coordinator.');
} catch (error) {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
}

function readArguments() {
  try {
    return parseArgs({ options: { 'database-url': { type: 'string' } } });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([`${problem} Write: npm run distribute -- --database-url postgres://…`]);
  }
}
