import { z } from 'zod';
import { aDayMs } from './duration.ts';

/**
 * How a merchant sorts MasonHub's dispositions. Every word that is in neither list, known or not, is an
 * exception. Words are in lower case.
 */
export const receiptPolicy = z.object({
  /** Dispositions in which a unit counts as good. */
  refund: z.array(z.string()),
  /** Dispositions that are not decided yet at the warehouse. */
  wait: z.array(z.string()),
  /** How long units may be undecided before the return is flagged. */
  waitForMs: z.int().positive(),
  /** How long units that are only missing are waited for while another parcel is on its way; 0 for not at all. */
  secondParcelForMs: z.int().nonnegative(),
  /** Whether a bare echo of the status that the RMA asked for counts as good. */
  trustRequestedStatus: z.boolean(),
});
export type ReceiptPolicy = z.infer<typeof receiptPolicy>;

/** What holds where the merchant says nothing else. */
export const defaultReceiptPolicy: ReceiptPolicy = {
  refund: ['available'],
  wait: ['qc', 'quality-control', 'under-investigation'],
  waitForMs: 7 * aDayMs,
  secondParcelForMs: 14 * aDayMs,
  trustRequestedStatus: false,
};

/** Words that never stand for a good unit: MasonHub's for one that is spoilt or not there, and our own. */
export const NEVER_GOOD: readonly string[] = [
  'damaged',
  'disposed',
  'short',
  'missing',
  'unaccounted',
  'fraction',
  'unknown',
];
