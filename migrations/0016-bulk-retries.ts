import { type Kysely, sql } from 'kysely';

/**
 * Many returns that somebody has asked to be retried at once, and what became of each. Which ones they are is fixed
 * when it is asked for. A bulk retry can be about several merchants: where data is spread over several machines, it
 * stays on the first one, and its returns are with their merchants.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('bulk_retries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('who', 'text', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('asked', 'json', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('stopped_at', 'timestamptz')
    .addColumn('stopped_by', 'text')
    .addColumn('ended_at', 'timestamptz')
    .execute();
  await sql`create index bulk_retries_newest on bulk_retries (created_at desc, id desc)`.execute(db);

  await db.schema
    .createTable('bulk_retry_items')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('bulk_retry', 'text', (column) => column.notNull())
    .addColumn('loop_return_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('settled_at', 'timestamptz')
    .addPrimaryKeyConstraint('bulk_retry_items_pkey', ['merchant', 'bulk_retry', 'loop_return_id'])
    .addCheckConstraint('bulk_retry_items_settled', sql`(state = 'waiting') = (settled_at is null)`)
    .execute();
  await sql`create index bulk_retry_items_waiting
    on bulk_retry_items (merchant, created_at, loop_return_id) where state = 'waiting'`.execute(db);
  await sql`create index bulk_retry_items_settled_at
    on bulk_retry_items (merchant, settled_at) where settled_at is not null`.execute(db);
  await sql`create index bulk_retry_items_in_order
    on bulk_retry_items (bulk_retry, created_at, merchant, loop_return_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('bulk_retry_items').execute();
  await db.schema.dropTable('bulk_retries').execute();
}
