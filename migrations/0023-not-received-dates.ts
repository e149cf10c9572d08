import type { Kysely } from 'kysely';

/** As of when MasonHub last said that an RMA is not received: a receipt of before is open again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').addColumn('not_received_as_of', 'jsonb').execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').dropColumn('not_received_as_of').execute();
}
