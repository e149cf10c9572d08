import type { Rma } from '../../src/returns/return.ts';
import type { RmaName, RmaToSend } from '../../src/vendors/masonhub/client.ts';

/** A return whose RMA has the return's own number, as the first one has. */
export function named(rmaNumber: string): RmaName {
  return { loopReturnId: rmaNumber, rmaNumber };
}

/** The RMA of such a return. */
export function toSend(rma: Rma): RmaToSend {
  return { loopReturnId: rma.rmaNumber, rma };
}
