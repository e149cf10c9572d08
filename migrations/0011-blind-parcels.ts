import { type Kysely, sql } from 'kysely';

/** Parcels that the warehouse received without an RMA, until it is known which return they are of. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('blind_parcels')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('parcel', 'text', (column) => column.notNull())
    .addColumn('package_id', 'text')
    .addColumn('term', 'text')
    .addColumn('receipt', 'jsonb', (column) => column.notNull())
    .addColumn('loop_return_id', 'text')
    .addColumn('received_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('blind_parcels_pkey', ['merchant', 'parcel'])
    .execute();
  await sql`create index blind_parcels_unannounced on blind_parcels (merchant, term) where loop_return_id is null`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('blind_parcels').execute();
}
