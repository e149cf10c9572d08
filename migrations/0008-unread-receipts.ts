import type { Kysely } from 'kysely';

/** A receipt whose RMA is known and whose contents are not is kept with its return, until MasonHub shows it again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').addColumn('receipt_unread', 'text').execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').dropColumn('receipt_unread').execute();
}
