import { type Kysely, sql } from 'kysely';

/**
 * The number of a return's RMA in MasonHub is a fact of its own. That of a return's first RMA is Loop's return id,
 * so this is what the returns have that are there. What is known of the RMA is named for what it is: the one that
 * was sent last, and the one that MasonHub has confirmed, each with the policy of then.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').addColumn('rma_number', 'text').execute();
  await sql`update returns set rma_number = loop_return_id`.execute(db);
  await db.schema
    .alterTable('returns')
    .alterColumn('rma_number', (column) => column.setNotNull())
    .execute();
  await db.schema
    .createIndex('returns_rma_number')
    .unique()
    .on('returns')
    .columns(['merchant', 'rma_number'])
    .execute();
  for (const [before, after] of names)
    await db.schema.alterTable('returns').renameColumn(before, after).execute();
}

const names = [
  ['asked', 'confirmed'],
  ['policy', 'sent_policy'],
  ['held_policy', 'confirmed_policy'],
] as const;

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [before, after] of names)
    await db.schema.alterTable('returns').renameColumn(after, before).execute();
  await db.schema.dropIndex('returns_rma_number').execute();
  await db.schema.alterTable('returns').dropColumn('rma_number').execute();
}
