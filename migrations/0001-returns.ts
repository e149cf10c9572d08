import { type Kysely, sql } from 'kysely';

/**
 * The inbox, the returns, what was decided for them, and their timelines. The merchant leads every
 * key, so that a table can be sharded by it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('deliveries')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull().check(sql`source in ('loop', 'masonhub')`))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('body', 'bytea', (column) => column.notNull())
    .addColumn('part', 'integer', (column) => column.notNull())
    .addColumn('result', 'text', (column) =>
      column.notNull().check(sql`result in ('accepted', 'ignored', 'rejected')`),
    )
    .addColumn('why', 'text')
    .addColumn('events', 'jsonb')
    .addColumn('received_at', 'timestamptz', (column) => column.notNull())
    .addColumn('applied_at', 'timestamptz')
    .addPrimaryKeyConstraint('deliveries_pkey', ['merchant', 'source', 'key'])
    .execute();

  await db.schema
    .createTable('returns')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('loop_return_id', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('order_name', 'text')
    .addColumn('tracking_number', 'text')
    .addColumn('loop', 'jsonb')
    .addColumn('wanted', 'jsonb')
    .addColumn('sent', 'jsonb')
    .addColumn('asked', 'jsonb')
    .addColumn('stage', 'text', (column) => column.notNull())
    .addColumn('receipt', 'jsonb')
    .addColumn('problem', 'jsonb')
    .addColumn('timeline_length', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('returns_pkey', ['merchant', 'loop_return_id'])
    .execute();
  await sql`create index returns_newest on returns (merchant, created_at desc, loop_return_id desc)`.execute(
    db,
  );

  // The primary key is what allows one outcome for a return, whatever is repeated or runs at once.
  await db.schema
    .createTable('outcomes')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('loop_return_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) =>
      column.notNull().check(sql`kind in ('process', 'flag', 'hold', 'none')`),
    )
    .addColumn('why', 'text', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('message', 'text', (column) => column.check(sql`message in ('due', 'accepted', 'refused')`))
    .addColumn('note_state', 'text', (column) =>
      column.check(sql`note_state in ('none', 'due', 'added', 'refused')`),
    )
    .addColumn('message_claimed_at', 'timestamptz')
    .addColumn('note_claimed_at', 'timestamptz')
    .addColumn('decided_at', 'timestamptz', (column) => column.notNull())
    .addPrimaryKeyConstraint('outcomes_pkey', ['merchant', 'loop_return_id'])
    .execute();

  await db.schema
    .createTable('return_events')
    .addColumn('merchant', 'text', (column) => column.notNull())
    .addColumn('loop_return_id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .addColumn('delivery', 'text')
    .addPrimaryKeyConstraint('return_events_pkey', ['merchant', 'loop_return_id', 'position'])
    .execute();
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['return_events', 'outcomes', 'returns', 'deliveries']) {
    await db.schema.dropTable(table).execute();
  }
}
