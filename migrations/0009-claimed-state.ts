import type { Kysely } from 'kysely';

/** What Loop had last said of a return when its message was put on the wire: whether a review came after it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('outcomes').addColumn('message_claimed_state', 'text').execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('outcomes').dropColumn('message_claimed_state').execute();
}
