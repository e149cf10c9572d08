import type { Database } from '../database/connect.ts';
import { type LoopFacts, loopFacts } from './return.ts';

/** What Loop has told of each of these returns, as far as is known here; those unknown are left out. */
export async function knownFacts(
  db: Database,
  merchant: string,
  loopReturnIds: readonly string[],
): Promise<Map<string, LoopFacts>> {
  if (loopReturnIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('returns')
    .select(['loop_return_id', 'loop'])
    .where('merchant', '=', merchant)
    .where('loop_return_id', 'in', loopReturnIds)
    .where('loop', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.loop_return_id, loopFacts.parse(row.loop)]));
}

/** Returns whose RMA is with MasonHub and that are not decided: since when, and how to know them. */
export async function awaitedReceipts(
  db: Database,
  merchant: string,
): Promise<{ readonly oldest: Date | null; readonly ids: ReadonlySet<string> }> {
  const rows = await db
    .selectFrom('returns')
    .leftJoin('outcomes', (join) =>
      join
        .onRef('outcomes.merchant', '=', 'returns.merchant')
        .onRef('outcomes.loop_return_id', '=', 'returns.loop_return_id'),
    )
    .select(['returns.loop_return_id', 'returns.created_at'])
    .where('returns.merchant', '=', merchant)
    .where('returns.sent', 'is not', null)
    .where('outcomes.kind', 'is', null)
    .orderBy('returns.created_at')
    .execute();
  return { oldest: rows[0]?.created_at ?? null, ids: new Set(rows.map((row) => row.loop_return_id)) };
}
