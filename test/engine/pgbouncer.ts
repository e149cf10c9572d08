import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { requireSessions } from '../../src/database/session.ts';
import { behindAPooler } from '../database/behind-a-pooler.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { startPgBouncer } from './pgbouncer-process.ts';

behindAPooler(startPgBouncer);

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

test('a pool that is too small for the service stops the start, with one message that says what to set', async () => {
  await using pooler = await startPgBouncer(database.url, { mode: 'session', size: 1 });
  const { pool, close } = connect(pooler.url, { max: 2, log: pino({ level: 'silent' }) });
  try {
    await expect(requireSessions(pool)).rejects.toThrow('default_pool_size');
  } finally {
    await close();
  }
});
