import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';

/** Which returns are meant: one by its id in Loop, or all of an order, by its name with or without `#`. */
export type MeantReturns = { readonly loopReturnId: string } | { readonly orderName: string };

/** All that vendors call returns by. */
export interface NamesOfReturns {
  /** Those of which something is known here. */
  readonly known: readonly string[];
  readonly loopReturnIds: readonly string[];
  readonly rmaNumbers: readonly string[];
  /** On their parcels that came without an RMA. */
  readonly packageIds: readonly string[];
  /** Where all returns of an order are meant. */
  readonly orderNames: readonly string[];
}

/** Looks up what the vendors call some returns by. One that is not known here may still be told of. */
export async function namesOfReturns(
  trx: Transaction<Tables>,
  merchant: string,
  meant: MeantReturns,
): Promise<NamesOfReturns> {
  const orderNames = 'orderName' in meant ? bothForms(meant.orderName) : [];
  const rows = await trx
    .selectFrom('returns')
    .select(['loop_return_id', 'rma_number'])
    .where('merchant', '=', merchant)
    .$if('orderName' in meant, (query) => query.where('order_name', 'in', orderNames))
    .$if('loopReturnId' in meant, (query) =>
      query.where('loop_return_id', '=', 'loopReturnId' in meant ? meant.loopReturnId : ''),
    )
    .orderBy('loop_return_id')
    .execute();
  const known = rows.map((row) => row.loop_return_id);
  const loopReturnIds = 'loopReturnId' in meant ? [meant.loopReturnId] : known;
  const parcels =
    loopReturnIds.length === 0
      ? []
      : await trx
          .selectFrom('blind_parcels')
          .select('package_id')
          .where('merchant', '=', merchant)
          .where('loop_return_id', 'in', loopReturnIds)
          .execute();
  return {
    known,
    loopReturnIds,
    // An RMA's number is the return's id, unless it had to be made anew.
    rmaNumbers: [...new Set([...loopReturnIds, ...rows.map((row) => row.rma_number)])],
    packageIds: parcels.flatMap((row) => row.package_id ?? []),
    orderNames,
  };
}

/** Shopify puts a `#` before an order's number, and people leave it out. */
function bothForms(orderName: string): string[] {
  const bare = orderName.replace(/^#/, '');
  return [bare, `#${bare}`];
}
