import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ageingStages } from '../config/ageing.ts';
import { writtenDuration } from '../config/duration.ts';
import type { Operations } from '../operations/operations.ts';
import { workExample } from './ops-examples.ts';
import { opsAnswers, requireOpsToken } from './ops-token.ts';

const mostListed = 200;

const causeBody = z.object({
  merchant: z.string(),
  cause: z.string().describe('In words that all its returns share; /api/returns lists them by it'),
  count: z.int().describe('How many returns need attention for it'),
  since: z.iso.datetime().describe('When the first of them came to need attention'),
  longest: z.string().describe('The return that waits longest'),
  advice: z.string().nullable().describe('What to do'),
  canRetry: z
    .boolean()
    .describe('Whether they can be retried together once the cause is gone; else a person looks at each'),
});
const overdueBody = z.object({
  merchant: z.string(),
  stage: z.enum(ageingStages),
  count: z.int().describe('How many returns stand still there for longer than they should'),
  since: z.iso.datetime().describe('Since when the first of them does'),
  limit: z.string().describe('How long they should at most'),
});

/** What waits for a person, for those who build a board of their own. */
export function workApi(
  operations: Pick<Operations, 'causes' | 'overdue' | 'ageingLimits'>,
  opsToken: string | null,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/work',
      {
        schema: {
          tags: ['Ops'],
          operationId: 'readWork',
          summary: 'What waits for a person: causes, and what stands still for too long',
          description:
            'What returns need attention for, grouped by cause, the longest first; and how many stand still at one stage for longer than the merchants file allows.',
          security: [{ opsToken: [] }],
          response: {
            200: z.object({ causes: z.array(causeBody), overdue: z.array(overdueBody) }).meta({
              description: 'Up to 200 causes.',
              examples: [workExample],
            }),
            ...opsAnswers,
          },
        },
      },
      async () => {
        const [causes, overdue] = await Promise.all([operations.causes(mostListed), operations.overdue()]);
        const limits = operations.ageingLimits();
        return {
          causes: causes.map((one) => ({ ...one, since: one.since.toISOString() })),
          overdue: overdue.map((one) => ({
            ...one,
            since: one.since.toISOString(),
            limit: writtenDuration(limits[one.stage]),
          })),
        };
      },
    );
  };
}
