import { type Kysely, sql } from 'kysely';

/**
 * What people have done, in a table that only grows: nothing in it can be changed or removed. It is a list of the
 * people at the service and not of one merchant: where data is spread over several machines, it stays on the
 * first one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('id', 'bigint', (column) => column.generatedAlwaysAsIdentity())
    .addColumn('at', 'timestamptz', (column) => column.notNull())
    .addColumn('who', 'text')
    .addColumn('by', 'text', (column) =>
      column.notNull().check(sql`${sql.ref('by')} in ('password', 'sso', 'token', 'command', 'file')`),
    )
    .addColumn('address', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('merchant', 'text')
    .addColumn('subject', 'text')
    .addColumn('result', 'text', (column) => column.notNull())
    .addColumn('details', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('audit_pkey', ['at', 'id'])
    .execute();
  await sql`create index audit_who on audit (who, at, id)`.execute(db);
  await sql`create index audit_action on audit (action, at, id)`.execute(db);
  await sql`create function refuse_to_change_audit() returns trigger language plpgsql as $$
    begin
      raise exception 'The audit list only grows: nothing in it is changed or removed.';
    end $$`.execute(db);
  await sql`create trigger audit_only_grows before update or delete or truncate on audit
    for each statement execute function refuse_to_change_audit()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable('audit').execute();
  await sql`drop function refuse_to_change_audit`.execute(db);
}
