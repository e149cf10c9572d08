import { type Kysely, sql } from 'kysely';

/** Rejected deliveries are listed in the order of their keys; the index has that order, so a page reads only its rows. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('deliveries_rejected').execute();
  await sql`create index deliveries_rejected on deliveries (merchant, source, key) where result = 'rejected'`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('deliveries_rejected').execute();
  await sql`create index deliveries_rejected on deliveries (merchant, received_at) where result = 'rejected'`.execute(
    db,
  );
}
