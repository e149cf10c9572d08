import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type OpenDatabase } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { insertRows, rowsOf } from '../../src/database/rows.ts';
import { termColumns } from '../../src/returns-store/rows.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let connection: OpenDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  const log = pino({ level: 'silent' });
  connection = connect(database.url, { max: 1, log });
  await migrate(connection.db, log);
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

const prepared = async () => {
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(
    connection.db,
  );
  return rows.map(({ statement }) => statement);
};
const term = (text: string) => ({
  merchant: 'acme',
  loop_return_id: '1',
  term: text,
  created_at: new Date('2026-11-23T10:00:00Z'),
});

test('an insert of rows is prepared once, however many rows it brings', async () => {
  const insert = (...terms: string[]) =>
    connection.db
      .transaction()
      .execute((trx) => insertRows(trx, 'return_terms', terms.map(term), termColumns));
  await insert('one');
  await insert('two', 'three', 'four');
  expect(await prepared()).toEqual([expect.stringMatching(/^insert into "return_terms"/)]);
  const { rows } = await sql<{ term: string }>`select term from return_terms order by term`.execute(
    connection.db,
  );
  expect(rows.map((row) => row.term)).toEqual(['four', 'one', 'three', 'two']);
});

test('what has to find rows is planned each time', async () => {
  const before = await prepared();
  const keys = rowsOf([{ term: 'one' }], { term: 'text' });
  const found = await connection.db
    .selectFrom('return_terms')
    .innerJoin(keys, 'rows.term', 'return_terms.term')
    .select('return_terms.term')
    .execute();
  expect(found).toEqual([{ term: 'one' }]);
  expect(await prepared()).toEqual(before);
});
