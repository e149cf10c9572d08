import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { Tables } from '../../src/database/tables.ts';

/** How PostgreSQL carries out the last statement that something asks it, as `explain` tells. */
export async function planOfLast(
  pool: pg.Pool,
  ask: (db: Kysely<Tables>) => Promise<unknown>,
): Promise<string> {
  const asked: CompiledQuery[] = [];
  await ask(
    new Kysely<Tables>({
      dialect: new PostgresDialect({ pool }),
      log: ({ query }) => void asked.push(query),
    }),
  );
  const last = asked.at(-1);
  const { rows } = await pool.query(`explain ${last?.sql}`, [...(last?.parameters ?? [])]);
  return rows.map((row) => String(Object.values(row)[0])).join('\n');
}
