import { type Kysely, sql } from 'kysely';

/** What was sent to the vendors for each return, and what they answered. It goes with the raw deliveries. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('vendor_calls')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('loop_return_id', 'text', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('vendor', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('body', 'text')
    .addColumn('answer', 'text', (column) => column.notNull())
    .addColumn('took_ms', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('vendor_calls_pkey', ['merchant', 'loop_return_id', 'at', 'request'])
    .execute();
  await sql`create index vendor_calls_oldest on vendor_calls (merchant, at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('vendor_calls').execute();
}
