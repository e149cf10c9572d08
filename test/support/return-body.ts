import { z } from 'zod';
import { messageStates, outcomeKinds, statuses } from '../../src/returns/return.ts';

export type Status = (typeof statuses)[number];

/** What the operations API says of one return: exactly these keys. */
export const returnBody = z.strictObject({
  merchant: z.string(),
  loopReturnId: z.string(),
  rmaNumber: z.string(),
  status: z.enum(statuses),
  reason: z.string().nullable(),
  orderName: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  cause: z.string().nullable(),
  decision: z
    .strictObject({ kind: z.enum(outcomeKinds), message: z.enum(messageStates).nullable() })
    .nullable(),
  statusSince: z.iso.datetime(),
  expected: z.int().nullable(),
  came: z.array(z.strictObject({ disposition: z.string(), units: z.int() })).nullable(),
  timeline: z.array(
    z.strictObject({ at: z.iso.datetime(), event: z.string(), detail: z.string().nullable() }),
  ),
  calls: z.array(
    z.strictObject({
      at: z.iso.datetime(),
      vendor: z.enum(['loop', 'masonhub']),
      request: z.string(),
      body: z.string().nullable(),
      answer: z.string(),
      tookMs: z.int(),
    }),
  ),
});

export type ReturnBody = z.infer<typeof returnBody>;
