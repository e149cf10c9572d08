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

  // Without it, who waits longest of all is found by reading and sorting every return: half a second for 200,000.
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

/**
 * For the returns that are there already, as well as their timelines tell. There can be millions: each is written
 * once, and each timeline is read once.
 */
async function fillMilestones(db: Kysely<unknown>): Promise<void> {
  const first = (...events: string[]) => sql`min(at) filter (where event in (${sql.join(events)}))`;
  const state = sql`r.loop ->> 'state'`;
  await sql`update returns r set
    cause = case when r.status = 'attention' then left(r.reason, 250) end,
    decision = told.kind,
    decided_at = told.decided_at,
    status_since = r.updated_at,
    docked_at = told.docked_at,
    receiving_at = told.receiving_at,
    received_at = told.received_at,
    ageing_stage = told.ageing_stage,
    ageing_since = case when told.ageing_stage is not null then r.updated_at end,
    differs = case
      when told.kind = 'process' and ${state} in ('review', 'cancelled', 'expired')
        or told.kind in ('flag', 'hold') and ${state} in ('closed', 'cancelled', 'expired')
        then told.kind || '-' || (${state})
      when told.kind = 'none'
        and r.problem ->> 'why' like 'Loop closed the return before the warehouse received it, and then%'
        then 'closed-early' end
    from (select s.merchant, s.loop_return_id, o.kind, o.decided_at, e.docked_at, e.receiving_at, e.received_at,
        case s.status
          when 'open' then case when e.docked_at is null then 'label' else 'dock' end
          when 'receiving' then case when s.wait is not null then null
            when e.receiving_at is null and e.received_at is null then 'dock' else 'receiving' end
          when 'inspecting' then 'inspection'
          when 'processing' then 'processing'
          when 'flagged' then 'flagged' end as ageing_stage
      from returns s
      left join outcomes o on o.merchant = s.merchant and o.loop_return_id = s.loop_return_id
      left join (select merchant, loop_return_id,
          ${first('carrier.delivered', 'warehouse.onDock', 'warehouse.receivingStarted')} as docked_at,
          ${first('warehouse.receivingStarted')} as receiving_at,
          ${first('receipt', 'receipt.pulled')} as received_at
        from return_events
        where event in ('carrier.delivered', 'warehouse.onDock', 'warehouse.receivingStarted', 'receipt', 'receipt.pulled')
        group by merchant, loop_return_id) e on e.merchant = s.merchant and e.loop_return_id = s.loop_return_id) told
    where r.merchant = told.merchant and r.loop_return_id = told.loop_return_id`.execute(db);
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
