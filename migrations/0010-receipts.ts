import { type Kysely, sql } from 'kysely';

/**
 * A return has a receipt for each of its parcels, and the merchant's policy that judges them is stored with it.
 * Returns under way keep the rule that they began with: only `available` is good, and nothing is waited for.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('returns')
    .addColumn('receipts', 'jsonb', (column) => column.notNull().defaultTo(sql`'[]'::jsonb`))
    .addColumn('policy', 'jsonb')
    .addColumn('held_policy', 'jsonb')
    .addColumn('wait', 'jsonb')
    .addColumn('asked_again', 'text', (column) => column.notNull().defaultTo('no'))
    .execute();
  // Together: each update writes the whole row anew.
  await sql`update returns set
      receipts = case when receipt is null then receipts else jsonb_build_array(receipt) end,
      policy = case when sent is null then null else ${JSON.stringify(firstPolicy)}::jsonb end,
      held_policy = case when asked is null then null else ${JSON.stringify(firstPolicy)}::jsonb end
    where receipt is not null or sent is not null`.execute(db);
  await db.schema.alterTable('returns').dropColumn('receipt').execute();
}

const firstPolicy = {
  refund: ['available'],
  wait: [],
  waitForMs: 7 * 86_400_000,
  secondParcelForMs: 0,
  trustRequestedStatus: false,
};

/** The receipt of the return's own RMA is kept; an older version knows no other. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('returns').addColumn('receipt', 'jsonb').execute();
  await sql`update returns set receipt = jsonb_path_query_first(receipts, '$[*] ? (!(@.isBlind == true))')
    where jsonb_array_length(receipts) > 0`.execute(db);
  await db.schema
    .alterTable('returns')
    .dropColumn('receipts')
    .dropColumn('policy')
    .dropColumn('held_policy')
    .dropColumn('wait')
    .dropColumn('asked_again')
    .execute();
}
