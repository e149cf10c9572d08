import { type Kysely, sql } from 'kysely';

/** The whole life of a return: labels, destinations, dispositions, and how far each vendor was polled. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('returns')
    .addColumn('labels', 'jsonb', (column) => column.notNull().defaultTo(sql`'[]'::jsonb`))
    .addColumn('destination', 'jsonb')
    .addColumn('dispositions', 'text', (column) => column.notNull().defaultTo('none'))
    .execute();
  // The clean-up looks for the oldest deliveries, and only for those.
  await sql`create index deliveries_oldest on deliveries (received_at)`.execute(db);
  await db.schema
    .createTable('polls')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('watermark', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('polls_pkey', ['merchant', 'source'])
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('polls').execute();
  await db.schema.dropIndex('deliveries_oldest').execute();
  await db.schema
    .alterTable('returns')
    .dropColumn('labels')
    .dropColumn('destination')
    .dropColumn('dispositions')
    .execute();
}
