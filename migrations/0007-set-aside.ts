import { type Kysely, sql } from 'kysely';

/**
 * Ignored deliveries are replayed as well, together with rejected ones and in the order of the keys; without
 * an index over both, a replay would read every delivery. The one over rejected deliveries stays: they are few
 * among many ignored ones, and a page of them reads only its own rows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index deliveries_set_aside on deliveries (merchant, source, key) where result in ('rejected', 'ignored')`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('deliveries_set_aside').execute();
}
