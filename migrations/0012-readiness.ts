import type { Kysely } from 'kysely';

/**
 * One row that is written from time to time, to see that writes can be committed. It belongs to no merchant:
 * where data is spread over several machines, it stays on the first one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('readiness')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('written_at', 'timestamptz', (column) => column.notNull())
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('readiness').execute();
}
