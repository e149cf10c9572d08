import { type Kysely, sql } from 'kysely';

/**
 * Whether MasonHub held an RMA before this service asked for it: its receipt is asked for by number, as nobody knows from
 * which day on MasonHub would have to be searched. Of returns that still wait, the timeline tells.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('returns')
    .addColumn('rma_origin', 'text', (column) => column.notNull().defaultTo('opened'))
    .execute();
  await sql`update returns set rma_origin = 'found'
    where status not in ('processed', 'cancelled') and exists (
      select from return_events as e where e.merchant = returns.merchant
        and e.loop_return_id = returns.loop_return_id and e.event = 'rma.adopted')`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').dropColumn('rma_origin').execute();
}
