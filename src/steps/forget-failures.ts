import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { forgetKeys } from '../inbox/unapplied.ts';
import { deliveriesOf } from '../returns-store/queries.ts';

/** Loop's word, and the timeline's, for a return that it could not process. */
export const processingFailed = 'return.processing.failed';

/**
 * Lets Loop say once more, in the same words, that it could not process a return. It gives neither an id nor a date with
 * it, so that what it says of the request that is to come reads exactly like what it said before.
 */
export async function forgetFailures(
  trx: Transaction<Tables>,
  merchant: string,
  loopReturnId: string,
): Promise<void> {
  const failures = await deliveriesOf(trx, merchant, loopReturnId, processingFailed);
  await forgetKeys(trx, merchant, 'loop', failures);
}
