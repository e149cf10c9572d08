import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { type LoopFacts, loopFacts } from '../returns/loop-facts.ts';
import { type Return, receipt, rmaOrigins } from '../returns/return.ts';
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

/**
 * Which returns RMAs are of, by the numbers of the RMAs. The number of a return's first RMA is Loop's return id, so
 * one that is not known here is that of a return which Loop has not told of yet.
 */
export async function returnsOfRmas(
  db: Database,
  merchant: string,
  rmaNumbers: readonly string[],
): Promise<(rmaNumber: string) => string> {
  if (rmaNumbers.length === 0) return (rmaNumber) => rmaNumber;
  const rows = await db
    .selectFrom('returns')
    .select(['rma_number', 'loop_return_id'])
    .where('merchant', '=', merchant)
    .where('rma_number', 'in', rmaNumbers)
    .execute();
  const known = new Map(rows.map((row) => [row.rma_number, row.loop_return_id]));
  return (rmaNumber) => known.get(rmaNumber) ?? rmaNumber;
}

const cameWithoutRmaOnly = sql<boolean>`not jsonb_path_exists(returns.receipts, '$[*] ? (!(@.isBlind == true))')`;

/** A return that waits for what the warehouse says of its RMA, and what is known of its receipts. */
export interface AwaitedReceipt
  extends Pick<Return, 'loopReturnId' | 'rmaNumber' | 'receipts' | 'receiptUnread' | 'rmaOrigin'> {
  /** When the return was first told of. */
  readonly createdAt: Date;
}

// Spelled out: PostgreSQL uses an index of some statuses only where it sees at once that no other is asked for.
const isOnItsWay = sql<boolean>`status in ('pending', 'open', 'receiving', 'inspecting')`;
const mayStand = sql<boolean>`status in ('attention', 'received', 'processing', 'flagged', 'held')`;

/**
 * Returns whose RMA is with MasonHub and that are not decided, or whose message has not left, or whose refund needs
 * attention, or that were decided on parcels without an RMA while their own can still come.
 * @param heardSince a return that is decided, or needs attention, is waited for only if something was heard of it
 * since then
 * @returns the eldest first
 */
export async function awaitedReceipts(
  db: Database,
  merchant: string,
  heardSince: Date,
): Promise<AwaitedReceipt[]> {
  const sent = db
    .selectFrom('returns')
    .select(['loop_return_id', 'rma_number', 'rma_origin', 'created_at', 'receipts', 'receipt_unread'])
    .where('merchant', '=', merchant)
    .where('sent', 'is not', null)
    // True of every RMA that was sent; named so that the index of those can be used.
    .where(isTold);
  const rows = await sent
    .where(isOnItsWay)
    .unionAll(
      // Those pile up: an index has them by when they were heard of.
      sent
        .where(mayStand)
        .where('updated_at', '>', heardSince)
        .where((eb) =>
          eb
            .case()
            .when('status', '=', 'attention')
            .then(sql<boolean>`decision is null or decision = 'process'`)
            // What takes a good receipt back stops a message that has not left.
            .when('status', '=', 'received')
            .then(sql<boolean>`true`)
            .else(cameWithoutRmaOnly)
            .end(),
        ),
    )
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    loopReturnId: row.loop_return_id,
    rmaNumber: row.rma_number,
    receipts: z.array(receipt).parse(row.receipts),
    receiptUnread: row.receipt_unread,
    rmaOrigin: z.enum(rmaOrigins).parse(row.rma_origin),
    createdAt: row.created_at,
  }));
}
