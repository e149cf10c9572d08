import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Operations } from '../operations/operations.ts';
import type { UnannouncedParcel } from '../returns-store/unannounced.ts';
import { unannouncedExample } from './ops-examples.ts';
import { opsAnswers, requireOpsToken } from './ops-token.ts';

const mostListed = 50;

const parcelBody = z.object({
  merchant: z.string(),
  packageId: z.string().nullable().describe('What is on the box'),
  receivedAt: z.iso.datetime().describe('When MasonHub first told of it'),
  lines: z.array(
    z.object({
      sku: z.string(),
      received: z.array(
        z.object({
          disposition: z.string().describe('MasonHub’s word for where the units went'),
          units: z.int(),
        }),
      ),
    }),
  ),
  unread: z
    .string()
    .nullable()
    .describe(
      'Why what was received could not be understood, so that no lines are shown; null where it could',
    ),
  loopReturnIds: z
    .array(z.string())
    .describe('The returns that bear the number on the box; as several do, a person has to decide'),
});

/** What ops read of parcels that the warehouse received without an RMA. */
export function parcelsApi(
  operations: Pick<Operations, 'unannounced'>,
  opsToken: string | null,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/parcels/unannounced',
      {
        schema: {
          operationId: 'listUnannouncedParcels',
          tags: ['Ops'],
          summary: 'Parcels that came without an RMA and of which no return is known, newest first',
          description:
            'They told Loop nothing. One leaves the list by itself as soon as the label of exactly one return bears its number. What the warehouse wrote about them is not shown: it may be personal.',
          security: [{ opsToken: [] }],
          response: {
            200: z
              .object({
                parcels: z.array(parcelBody),
                count: z.int().describe('How many there are in all'),
              })
              .meta({ description: 'Up to 50 of them.', examples: [unannouncedExample] }),
            ...opsAnswers,
          },
        },
      },
      async () => {
        const { parcels, count } = await operations.unannounced(mostListed);
        return { parcels: parcels.map(shown), count };
      },
    );
  };
}

function shown({ merchant, packageId, receipt, receivedAt, loopReturnIds }: UnannouncedParcel) {
  return {
    merchant,
    packageId,
    receivedAt: receivedAt.toISOString(),
    lines: receipt.lines.map(({ sku, received }) => ({
      sku,
      received: received
        .filter(({ units }) => units > 0)
        .map(({ disposition, units }) => ({ disposition, units })),
    })),
    unread: receipt.unread ?? null,
    loopReturnIds: [...loopReturnIds],
  };
}
