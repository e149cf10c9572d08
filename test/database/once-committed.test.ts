import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/database/connect.ts';
import { onceCommitted } from '../../src/database/once-committed.ts';
import { BeginAnew, inTransaction } from '../../src/database/retry.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const log = pino({ level: 'silent' });
let database: FreshDatabase;
let connected: ReturnType<typeof connect>;

beforeAll(async () => {
  database = await freshDatabase();
  connected = connect(database.url, { log });
});

afterAll(async () => {
  await connected.close();
  await database.drop();
});

test('what is promised of a transaction is done once it is committed, and not before', async () => {
  const done: string[] = [];
  await inTransaction(connected.db, 'throw', async (trx) => {
    onceCommitted(trx, () => void done.push('one'));
    onceCommitted(trx, () => void done.push('two'));
    expect(done).toEqual([]);
  });
  expect(done).toEqual(['one', 'two']);
});

test('it is done once where the transaction began anew, and never where it was rolled back', async () => {
  const done: string[] = [];
  let tries = 0;
  await inTransaction(connected.db, 'throw', async (trx) => {
    tries += 1;
    const nth = `try ${tries}`;
    onceCommitted(trx, () => void done.push(nth));
    if (tries === 1) throw new BeginAnew('Another has come in between.');
  });
  const failing = inTransaction(connected.db, 'throw', async (trx) => {
    onceCommitted(trx, () => void done.push('of one that failed'));
    throw new Error('It could not be done');
  });
  await expect(failing).rejects.toThrow('It could not be done');
  expect(done).toEqual(['try 2']);
});

test('a transaction that is committed is not repeated, whatever becomes of what was promised of it', async () => {
  let tries = 0;
  const committed = inTransaction(connected.db, 'repeat', async (trx) => {
    tries += 1;
    onceCommitted(trx, () => {
      throw Object.assign(new Error('It cannot be done'), { code: '40001' });
    });
  });
  await expect(committed).rejects.toThrow('It cannot be done');
  expect(tries).toBe(1);
});
