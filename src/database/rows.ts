import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from './tables.ts';

/** Each column's type in PostgreSQL, in the order in which they are written. */
type Types<Row> = Readonly<Record<keyof Row & string, string>>;

/**
 * Rows that a statement reads from one parameter, a JSON text. The statement stays the same however many
 * there are: it is built, sent and planned as quickly for a thousand rows as for one.
 * @returns what `selectFrom` takes; its columns are those of `rows`
 */
export function rowsOf<Row extends object>(rows: readonly Row[], types: Types<Row>) {
  const columns = Object.entries<string>(types).map(([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`);
  const shape = sql`rows(${sql.join(columns)})`;
  return sql<Row>`json_to_recordset(${JSON.stringify(rows)}::json)`.as<'rows'>(shape);
}

/**
 * Inserts rows, in their order, with one such statement. Citus commits a transaction that has one in two phases,
 * and so together with the queue's jobs, which are on its coordinator. A transaction that only updates, or inserts
 * `values`, is committed on the worker first: jobs that come with it could be lost there.
 * @param onConflict the clause with which it ends, if any
 * @returns how many rows were inserted or updated
 */
export async function insertRows<Row extends object>(
  db: Kysely<Tables>,
  table: keyof Tables,
  rows: readonly Row[],
  types: Types<Row>,
  onConflict: RawBuilder<unknown> = sql``,
): Promise<number> {
  if (rows.length === 0) return 0;
  const columns = sql.join(Object.keys(types).map((name) => sql.ref(name)));
  const { numAffectedRows = 0n } = await sql`insert into ${sql.table(table)} (${columns})
    select ${columns} from ${rowsOf(rows, types)} ${onConflict}`.execute(db);
  return Number(numAffectedRows);
}

/** For `on conflict … do update`: these columns take the new row's values. */
export function overwrite(...columns: string[]): RawBuilder<unknown> {
  return sql.join(columns.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`));
}
