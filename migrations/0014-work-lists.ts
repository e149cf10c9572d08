import { type Kysely, sql } from 'kysely';

/**
 * What the people at the desk find, filter and report returns by: what each one needs attention for, what was
 * decided, since when it stands where it stands, and the beginning of a term.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('returns')
    .addColumn('cause', 'text')
    .addColumn('decision', 'text')
    .addColumn('status_since', 'timestamptz')
    .addColumn('ageing_stage', 'text')
    .addColumn('ageing_since', 'timestamptz')
    .addColumn('docked_at', 'timestamptz')
    .addColumn('receiving_at', 'timestamptz')
    .addColumn('received_at', 'timestamptz')
    .addColumn('decided_at', 'timestamptz')
    .addColumn('differs', 'text')
    .execute();
  await fillMilestones(db);
  await db.schema
    .alterTable('returns')
    .alterColumn('status_since', (column) => column.setNotNull())
    .execute();

  await sql`create index returns_since
    on returns (status_since, merchant, loop_return_id) where loop is not null`.execute(db);
  // All that are open or flagged are new beside those that have ended: the longest of them have an order of their own.
  await sql`create index returns_status_since
    on returns (status, status_since, merchant, loop_return_id) where loop is not null`.execute(db);
  await sql`create index returns_ageing
    on returns (ageing_stage, ageing_since, merchant, loop_return_id) where ageing_stage is not null`.execute(
    db,
  );
  await sql`create index returns_cause
    on returns (merchant, cause, status_since, loop_return_id) where cause is not null`.execute(db);
  await sql`create index returns_decision
    on returns (decision, created_at desc, merchant desc, loop_return_id desc) where decision is not null`.execute(
    db,
  );
  await sql`create index returns_received
    on returns (received_at, merchant, loop_return_id) where received_at is not null`.execute(db);
  await sql`create index returns_decided
    on returns (decided_at, merchant, loop_return_id) where decided_at is not null`.execute(db);
  await sql`create index returns_differs
    on returns (differs, decided_at, merchant, loop_return_id) where differs is not null`.execute(db);

  // In any collation, this one finds what begins with a text as well as the whole of it.
  await db.schema.dropIndex('return_terms_newest').execute();
  await sql`create index return_terms_beginning
    on return_terms (term text_pattern_ops, created_at desc, merchant desc, loop_return_id desc)`.execute(db);
}

/** For the returns that are there already, as well as their timelines tell. */
async function fillMilestones(db: Kysely<unknown>): Promise<void> {
  const first = (...events: string[]) =>
    sql`(select min(e.at) from return_events e where e.merchant = r.merchant
      and e.loop_return_id = r.loop_return_id and e.event in (${sql.join(events)}))`;
  await sql`update returns r set
    cause = case when status = 'attention' then left(reason, 250) end,
    decision = (select o.kind from outcomes o
      where o.merchant = r.merchant and o.loop_return_id = r.loop_return_id),
    decided_at = (select o.decided_at from outcomes o
      where o.merchant = r.merchant and o.loop_return_id = r.loop_return_id),
    status_since = updated_at,
    docked_at = ${first('carrier.delivered', 'warehouse.onDock', 'warehouse.receivingStarted')},
    receiving_at = ${first('warehouse.receivingStarted')},
    received_at = ${first('receipt', 'receipt.pulled')}`.execute(db);
  await sql`update returns set ageing_since = updated_at, ageing_stage = case status
      when 'open' then case when docked_at is null then 'label' else 'dock' end
      when 'receiving' then case when receiving_at is null then 'dock' else 'receiving' end
      when 'inspecting' then 'inspection'
      else status end
    where status in ('open', 'receiving', 'inspecting', 'processing', 'flagged')`.execute(db);
  const state = sql`loop ->> 'state'`;
  await sql`update returns set differs = case
      when decision = 'none' then 'closed-early' else decision || '-' || (${state}) end
    where (decision = 'process' and ${state} in ('review', 'cancelled', 'expired'))
      or (decision in ('flag', 'hold') and ${state} in ('closed', 'cancelled', 'expired'))
      or (decision = 'none' and problem ->> 'why' like 'Loop closed the return before the warehouse received it, and then%')`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('return_terms_beginning').execute();
  await sql`create index return_terms_newest
    on return_terms (term, created_at desc, merchant desc, loop_return_id desc)`.execute(db);
  for (const index of [
    'differs',
    'decided',
    'received',
    'decision',
    'cause',
    'ageing',
    'status_since',
    'since',
  ]) {
    await db.schema.dropIndex(`returns_${index}`).execute();
  }
  const columns = [
    'differs',
    'decided_at',
    'received_at',
    'receiving_at',
    'docked_at',
    'ageing_since',
    'ageing_stage',
  ] as const;
  for (const column of [...columns, 'status_since', 'decision', 'cause'])
    await db.schema.alterTable('returns').dropColumn(column).execute();
}
