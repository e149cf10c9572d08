import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** How many calls are written down of some returns of a merchant. */
export async function countCallsOf(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnIds: readonly string[],
): Promise<number> {
  if (loopReturnIds.length === 0) return 0;
  const { count } = await trx
    .selectFrom('vendor_calls')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('merchant', '=', merchant)
    .where('loop_return_id', 'in', loopReturnIds)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Deletes them before their time. */
export async function deleteCallsOf(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnIds: readonly string[],
): Promise<void> {
  if (loopReturnIds.length === 0) return;
  await trx
    .deleteFrom('vendor_calls')
    .where('merchant', '=', merchant)
    .where('loop_return_id', 'in', loopReturnIds)
    .execute();
}
