import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sources } from '../inbox/delivery.ts';
import { setAsideResults } from '../inbox/set-aside.ts';
import type { Operations } from '../operations/operations.ts';
import { storable } from '../parsing/tolerant.ts';
import { notACursor, readCursor, writeCursor } from './cursor.ts';
import { errorAnswer, invalidRequest } from './errors.ts';
import { rejectedExample, rejectedKey, rejectedWhy, replayedExample } from './ops-examples.ts';
import { opsAnswers, opsTokenActor, requireOpsToken } from './ops-token.ts';

const text = z.string().transform(storable);

const replayed = z
  .object({
    replayed: z.number().describe('How many were taken through once more'),
    accepted: z.number().describe('Understood now, and on their way'),
    ignored: z.number().describe('Understood as nothing that concerns a return'),
    rejected: z.number().describe('Not understood'),
  })
  .meta({ description: 'What became of them.', examples: [replayedExample] });

const pageSize = 50;
const security = [{ opsToken: [] }];
const filter = {
  merchant: text.optional().meta({ description: 'Only this merchant’s', example: 'acme' }),
  source: z.enum(sources).optional().meta({ description: 'Only this vendor’s', example: 'loop' }),
  why: text.optional().meta({
    description: 'Why they were rejected or ignored, word for word: all of a kind have the same reason',
    example: rejectedWhy,
  }),
};
const result = z.enum(setAsideResults);
const rejectedDelivery = z.object({
  merchant: z.string(),
  source: z.enum(sources),
  key: z.string(),
  why: z.string(),
  receivedAt: z.iso.datetime(),
});
const unknownSource = invalidRequest('source: Invalid option: expected one of "loop"|"masonhub"', [
  { path: 'source', message: 'Invalid option: expected one of "loop"|"masonhub"' },
]);
const cursorParts = z.tuple([text, z.enum(sources), text]);

/** What ops read and do about deliveries that were authentic but told no return anything. */
export function deliveriesApi(
  operations: Pick<Operations, 'setAside' | 'replay'>,
  opsToken: string | null,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/deliveries/rejected',
      {
        schema: {
          operationId: 'listSetAsideDeliveries',
          tags: ['Ops'],
          summary: 'A page of deliveries that were not understood, or that were ignored, and why',
          description:
            'In the order of their merchants, vendors and keys. What they say is not shown: it may be personal.',
          security,
          querystring: z.strictObject({
            ...filter,
            result: result.default('rejected').meta({
              description:
                'Those that were not understood, or those that were ignored as of no concern to returns',
              example: 'rejected',
            }),
            cursor: z
              .string()
              .optional()
              .meta({
                description: 'The nextCursor of the page before',
                example: writeCursor(['acme', 'loop', rejectedKey]),
              }),
          }),
          response: {
            200: z.object({ deliveries: z.array(rejectedDelivery), nextCursor: z.string().nullable() }).meta({
              description: 'Up to 50 of them; nextCursor is null on the last page.',
              examples: [rejectedExample],
            }),
            400: errorAnswer('A parameter is not understood.', notACursor()),
            ...opsAnswers,
          },
        },
      },
      async (request) => {
        const { cursor, ...kind } = request.query;
        const [merchant, source, key] = cursor === undefined ? [] : readCursor(cursor, cursorParts);
        const after =
          merchant === undefined || source === undefined || key === undefined
            ? null
            : { merchant, source, key };
        const found = await operations.setAside(kind, { after, limit: pageSize + 1 });
        const page = found.slice(0, pageSize);
        const last = found.length > pageSize ? page.at(-1) : undefined;
        return {
          deliveries: page.map((one) => ({ ...one, receivedAt: one.receivedAt.toISOString() })),
          nextCursor: last === undefined ? null : writeCursor([last.merchant, last.source, last.key]),
        };
      },
    );
    app.post(
      '/api/deliveries/replay',
      {
        schema: {
          operationId: 'replayDeliveries',
          tags: ['Ops'],
          summary:
            'Take rejected and ignored deliveries through once more, after a fix: one, all of a kind, or all',
          description:
            'What is still rejected or ignored stays, until RETENTION is over. Nothing is done twice.',
          security,
          querystring: z.strictObject({
            ...filter,
            result: result.optional().meta({
              description: 'Only those that were rejected, or only those that were ignored',
              example: 'rejected',
            }),
            key: text.optional().meta({ description: 'One delivery', example: rejectedKey }),
          }),
          response: {
            200: replayed,
            400: errorAnswer('A parameter is not understood.', unknownSource),
            ...opsAnswers,
          },
        },
      },
      async (request) => operations.replay(request.query, opsTokenActor(request)),
    );
  };
}
