import { z } from 'zod';
import { messageStates, outcomeKinds, statuses } from '../returns/return.ts';
import type { ReturnSummary } from '../returns-store/summary.ts';

/** A return as the API tells of it, in a list and by itself. */
export const summaryBody = z.object({
  merchant: z.string(),
  loopReturnId: z.string(),
  rmaNumber: z.string(),
  status: z.enum(statuses),
  reason: z.string().nullable(),
  orderName: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  cause: z
    .string()
    .nullable()
    .describe('What it needs attention for, in words that all returns with the same cause share'),
  decision: z
    .object({
      kind: z.enum(outcomeKinds),
      message: z.enum(messageStates).nullable().describe('How far the message to Loop has come'),
    })
    .nullable()
    .describe('What was decided at its receipt; null before'),
  statusSince: z.iso.datetime(),
  expected: z.int().nullable().describe('How many units the RMA in MasonHub asks for'),
  came: z
    .array(z.object({ disposition: z.string(), units: z.int() }))
    .nullable()
    .describe('How many units came, by MasonHub’s word for where they went; null before the first receipt'),
});

export function summaryBodyOf({
  createdAt,
  updatedAt,
  statusSince,
  came,
  ...same
}: ReturnSummary): z.input<typeof summaryBody> {
  return {
    ...same,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    statusSince: statusSince.toISOString(),
    came: came === null ? null : [...came],
  };
}
