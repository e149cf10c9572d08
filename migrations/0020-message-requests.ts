import type { Kysely } from 'kysely';

/** How often a return's message has been put on the wire: of two requests, what Loop tells later may be of either. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('outcomes')
    .addColumn('message_requests', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('outcomes').dropColumn('message_requests').execute();
}
