import { type Kysely, sql } from 'kysely';

/**
 * A return that Loop has not told of needs no attention and stands still nowhere: nobody could look at it. Those
 * that did so far are as they would have become; what is amiss with them is kept, and told once Loop tells of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`update returns set status = 'receiving', reason = null, cause = null, ageing_stage = null, ageing_since = null
    where loop is null and (cause is not null or ageing_stage is not null)`.execute(db);
}

/** Each was written as its facts say: what an older version makes of those, it says when they change. */
export async function down(): Promise<void> {}
