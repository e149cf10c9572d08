import { sql, type Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database/tables.ts';
import { sources, type Told } from './delivery.ts';
import type { DeliveryKey } from './inbox.ts';

/** A delivery as it is looked at before its body is erased. */
export interface ErasableDelivery extends DeliveryKey {
  readonly body: Buffer;
  /** Which of the messages in the body it is. */
  readonly part: number;
  readonly result: 'accepted' | 'ignored' | 'rejected';
  /** Whether it still has to be applied to its returns. */
  readonly isWaiting: boolean;
}

/**
 * A merchant's deliveries whose bodies have one of these texts in them: all that may tell of a return, and more. No
 * index helps, so it takes as long as it takes to read what RETENTION keeps of the merchant.
 * @param mode to `erase` they are locked; a `look` is in nobody's way
 */
export async function deliveriesWith(
  trx: Transaction<Tables>,
  merchant: string,
  texts: readonly string[],
  mode: 'look' | 'erase',
): Promise<ErasableDelivery[]> {
  const rows = await trx
    .selectFrom('deliveries')
    .select(['source', 'key', 'body', 'part', 'result', 'applied_at'])
    .where('merchant', '=', merchant)
    .where((eb) =>
      eb.or(texts.map((text) => sql<boolean>`position(${Buffer.from(text)}::bytea in body) > 0`)),
    )
    .orderBy('source')
    .orderBy('key')
    .$if(mode === 'erase', (query) => query.forUpdate())
    .execute();
  return rows.map(({ source, applied_at: appliedAt, ...row }) => ({
    ...row,
    merchant,
    source: z.enum(sources).parse(source),
    isWaiting: row.result === 'accepted' && appliedAt === null,
  }));
}

/**
 * Takes the body out of a delivery, with all that was read in it. Its key stays, so that it is still known as a
 * duplicate where it is sent again.
 * @param kept what it tells of other returns
 */
export async function eraseBody(
  trx: Transaction<Tables>,
  { merchant, source, key }: DeliveryKey,
  kept: readonly Told[],
): Promise<void> {
  await trx
    .updateTable('deliveries')
    .set({ body: Buffer.alloc(0), events: kept.length === 0 ? null : JSON.stringify(kept) })
    .where('merchant', '=', merchant)
    .where('source', '=', source)
    .where('key', '=', key)
    .execute();
}
