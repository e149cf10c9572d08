import type { Kysely } from 'kysely';

/** Of when a receipt is that could not be understood: a callback of before does not say what is in it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').addColumn('receipt_unread_as_of', 'jsonb').execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').dropColumn('receipt_unread_as_of').execute();
}
