import { type Kysely, sql } from 'kysely';

/** What polls look through stays as large as what is new, however many returns there have been. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index returns_heard on returns (merchant, updated_at)
    where status in ('attention', 'received', 'processing', 'flagged', 'held')`.execute(db);
  await sql`create index blind_parcels_newest on blind_parcels (merchant, received_at)
    where loop_return_id is null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('blind_parcels_newest').execute();
  await db.schema.dropIndex('returns_heard').execute();
}
