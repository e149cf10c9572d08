import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { type LoopFacts, loopFacts } from '../returns/loop-facts.ts';
import { type Receipt, receipt, type Status } from '../returns/return.ts';
import { isTold } from './store.ts';

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
    .where(isTold)
    .execute();
  return new Map(rows.map((row) => [row.loop_return_id, loopFacts.parse(row.loop)]));
}

const cameWithoutRmaOnly = sql<boolean>`not jsonb_path_exists(returns.receipts, '$[*] ? (!(@.isBlind == true))')`;

/** Returns that wait for what the warehouse says of their RMA. */
export interface AwaitedReceipts {
  /** When the eldest of them was first told of; null while there is none. */
  readonly oldest: Date | null;
  /** By the returns' ids: the receipts that are known of each. */
  readonly known: ReadonlyMap<string, readonly Receipt[]>;
}

const undecided: readonly Status[] = ['pending', 'open', 'receiving', 'inspecting', 'attention'];
const decided: readonly Status[] = ['received', 'processing', 'flagged', 'held'];

/**
 * Returns whose RMA is with MasonHub and that are not decided, or were decided on parcels without an RMA while
 * their own can still come.
 * @param heardSince a return that is decided, or needs a person, is waited for only if something was heard of it
 * since then
 */
export async function awaitedReceipts(
  db: Database,
  merchant: string,
  heardSince: Date,
): Promise<AwaitedReceipts> {
  const rows = await db
    .selectFrom('returns')
    .leftJoin('outcomes', (join) =>
      join
        .onRef('outcomes.merchant', '=', 'returns.merchant')
        .onRef('outcomes.loop_return_id', '=', 'returns.loop_return_id'),
    )
    .select(['returns.loop_return_id', 'returns.created_at', 'returns.receipts'])
    .where('returns.merchant', '=', merchant)
    .where('returns.status', 'in', [...undecided, ...decided])
    .where('returns.sent', 'is not', null)
    .where((eb) => {
      const isLively = eb('returns.updated_at', '>', heardSince);
      return eb.or([
        eb.and([eb('outcomes.kind', 'is', null), eb.or([eb('returns.status', '!=', 'attention'), isLively])]),
        eb.and([eb('returns.status', 'in', decided), isLively, cameWithoutRmaOnly]),
      ]);
    })
    .orderBy('returns.created_at')
    .execute();
  const known = rows.map((row) => [row.loop_return_id, z.array(receipt).parse(row.receipts)] as const);
  return { oldest: rows[0]?.created_at ?? null, known: new Map(known) };
}
