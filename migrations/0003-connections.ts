import { type Kysely, sql } from 'kysely';

/**
 * Each merchant's connection to each vendor: when the next request may leave, and why none may. One row
 * that all replicas share, so that they keep to a vendor's limit together.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('connections')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('vendor', 'text', (column) => column.notNull())
    .addColumn('next_at', 'timestamptz', (column) => column.notNull())
    .addColumn('spacing_ms', 'integer', (column) => column.notNull())
    .addColumn('pause', 'jsonb')
    .addPrimaryKeyConstraint('connections_pkey', ['merchant', 'vendor'])
    .execute();
  // The clean-up goes from merchant to merchant, so that each of its statements stays within one shard.
  await db.schema.dropIndex('deliveries_oldest').execute();
  await sql`create index deliveries_oldest on deliveries (merchant, received_at)`.execute(db);
  await sql`create index deliveries_rejected on deliveries (merchant, received_at) where result = 'rejected'`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('deliveries_rejected').execute();
  await db.schema.dropIndex('deliveries_oldest').execute();
  await sql`create index deliveries_oldest on deliveries (received_at)`.execute(db);
  await db.schema.dropTable('connections').execute();
}
