import { type Kysely, sql } from 'kysely';

/**
 * What the ops' pages look up: returns by anything that people know them by, the newest of a status, and
 * what happened on a day. Keys have the merchant first; the other indexes are for questions about all merchants.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('return_terms')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('loop_return_id', 'text', (column) => column.notNull())
    .addColumn('term', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('return_terms_pkey', ['merchant', 'loop_return_id', 'term'])
    .execute();
  await fillTerms(db);
  await sql`create index return_terms_newest
    on return_terms (term, created_at desc, merchant desc, loop_return_id desc)`.execute(db);

  // They hold all that the lists sort by and count, so that only the rows of a page are read.
  await sql`create index returns_newest_of_all
    on returns (created_at desc, merchant desc, loop_return_id desc) where loop is not null`.execute(db);
  await sql`create index returns_status
    on returns (status, created_at desc, merchant desc, loop_return_id desc) where loop is not null`.execute(
    db,
  );

  await sql`create index return_events_milestones on return_events (event, at, merchant, loop_return_id)
    where event in ('process.accepted', 'flag.accepted', 'attention')`.execute(db);
}

/** For the returns that are there already; later ones bring their terms along. */
async function fillTerms(db: Kysely<unknown>): Promise<void> {
  await sql`insert into return_terms (merchant, loop_return_id, term, created_at)
    select distinct merchant, loop_return_id, left(lower(regexp_replace(term, '^#', '')), 250), created_at
    from (
      select merchant, loop_return_id, created_at, loop_return_id as term from returns where loop is not null
      union all select merchant, loop_return_id, created_at, order_name from returns where loop is not null
      union all select merchant, loop_return_id, created_at, tracking_number from returns where loop is not null
      union all select merchant, loop_return_id, created_at, item.value ->> 'sku'
        from returns, jsonb_array_elements(loop -> 'items') as item where loop is not null
      union all select merchant, loop_return_id, created_at, label.value ->> 'trackingNumber'
        from returns, jsonb_array_elements(loop -> 'labels') as label where loop is not null
      union all select merchant, loop_return_id, created_at, label.value ->> 'trackingNumber'
        from returns, jsonb_array_elements(labels) as label where loop is not null
    ) as known
    where term is not null and term <> '' and term <> '#'`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const index of ['return_events_milestones', 'returns_status', 'returns_newest_of_all']) {
    await db.schema.dropIndex(index).execute();
  }
  await db.schema.dropTable('return_terms').execute();
}
