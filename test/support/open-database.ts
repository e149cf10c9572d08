import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { connect, type OpenDatabase } from '../../src/database/connect.ts';
import { freshDatabase } from './database.ts';

/** A database for the tests of one file, as a service leaves it that was started on it once. */
export function openDatabase(): Pick<OpenDatabase, 'db' | 'pool'> {
  const closing = new AsyncDisposableStack();
  let connection: OpenDatabase | null = null;
  beforeAll(async () => {
    const database = await freshDatabase('started');
    closing.defer(() => database.drop());
    const opened = connect(database.url, { log: pino({ level: 'silent' }) });
    closing.defer(() => opened.close());
    connection = opened;
  });
  afterAll(() => closing.disposeAsync());
  const opened = () => {
    if (connection === null) throw new Error('The database is opened before the first test, and not sooner.');
    return connection;
  };
  return {
    get db() {
      return opened().db;
    },
    get pool() {
      return opened().pool;
    },
  };
}
