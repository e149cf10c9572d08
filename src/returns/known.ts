import { sql } from 'kysely';
import type { Database } from '../database/connect.ts';

/** When Loop last changed each of these returns and how they stand, as far as is known here; those unknown are left out. */
export async function knownChanges(
  db: Database,
  merchant: string,
  loopReturnIds: readonly string[],
): Promise<Map<string, { readonly changedAt: string | null; readonly state: string | null }>> {
  if (loopReturnIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('returns')
    .select([
      'loop_return_id',
      sql<string | null>`loop ->> 'changedAt'`.as('changed_at'),
      sql<string | null>`loop ->> 'state'`.as('state'),
    ])
    .where('merchant', '=', merchant)
    .where('loop_return_id', 'in', loopReturnIds)
    .where('loop', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.loop_return_id, { changedAt: row.changed_at, state: row.state }]));
}

/** Returns whose RMA is with MasonHub and whose receipt has not come: since when, and how to know them. */
export async function awaitedReceipts(
  db: Database,
  merchant: string,
): Promise<{ readonly oldest: Date; readonly ids: ReadonlySet<string> } | null> {
  const rows = await db
    .selectFrom('returns')
    .select(['loop_return_id', 'created_at'])
    .where('merchant', '=', merchant)
    .where('sent', 'is not', null)
    .where('receipt', 'is', null)
    .orderBy('created_at')
    .execute();
  const oldest = rows[0]?.created_at;
  return oldest === undefined ? null : { oldest, ids: new Set(rows.map((row) => row.loop_return_id)) };
}
