import { aDayMs } from './duration.ts';

/** Where a return can stand still for longer than it should, in the order of its life. */
export const ageingStages = ['label', 'dock', 'receiving', 'inspection', 'processing', 'flagged'] as const;
/**
 * `label`: the RMA is open, and nothing has been seen of the parcel. `dock`: a carrier or MasonHub says that the
 * parcel is there, and nobody has begun to receive it. `receiving`: begun, and not received. `inspection`: units
 * are in quality control. `processing`: Loop has queued the refund message. `flagged`: the merchant has not decided.
 */
export type AgeingStage = (typeof ageingStages)[number];

/** How long a return may stand at each stage, in milliseconds, before a person should look. */
export type AgeingLimits = Readonly<Record<AgeingStage, number>>;

/** What a warehouse usually promises: a parcel is received within two or three days. */
export const defaultAgeingLimits: AgeingLimits = {
  label: 28 * aDayMs,
  dock: 3 * aDayMs,
  receiving: 2 * aDayMs,
  inspection: 5 * aDayMs,
  processing: 3_600_000,
  flagged: 7 * aDayMs,
};
