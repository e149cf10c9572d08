import { type Kysely, sql } from 'kysely';

/**
 * PostgreSQL counts the rows of each merchant when a tenth of a table has changed. Of a merchant who has come since
 * then it expects a single row, and so takes every index that begins with the merchant to be as good as the primary
 * key: until then each look at one delivery or return can read all that the merchant has. In a large table that is a
 * long time; now it counts again whenever a thousand rows have changed.
 */
const tables = [
  'deliveries',
  'returns',
  'outcomes',
  'return_events',
  'return_terms',
  'vendor_calls',
  'blind_parcels',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of tables) {
    await sql`alter table ${sql.table(table)}
      set (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000)`.execute(db);
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of tables) {
    await sql`alter table ${sql.table(table)}
      reset (autovacuum_analyze_scale_factor, autovacuum_analyze_threshold)`.execute(db);
  }
}
