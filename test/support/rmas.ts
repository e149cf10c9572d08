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

export const rma: Rma = {
  rmaNumber: '26442641',
  packageId: '1Z999AA10123456784',
  receiveInto: 'quarantine',
  lines: [
    { sku: 'SHIRT', units: 2, reason: 'tooBig', note: 'Too big', orderReference: '#90507' },
    { sku: 'PANTS', units: 1, reason: 'other', note: null, orderReference: null },
  ],
};
