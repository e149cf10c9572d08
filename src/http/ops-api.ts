import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Operations } from '../operations/operations.ts';
import { storable } from '../parsing/tolerant.ts';
import { sortedBy } from '../returns-store/return-filter.ts';
import { vendors } from '../vendor-terms/vendors.ts';
import { notACursor } from './cursor.ts';
import { errorAnswer, HttpError } from './errors.ts';
import { returnExample, returnsCursor, returnsExample } from './ops-examples.ts';
import { opsAnswers, opsTokenActor, requireOpsToken } from './ops-token.ts';
import { readPosition, writePosition } from './return-position.ts';
import { askedFor, returnQuery, withoutEmptyParameters } from './return-query.ts';
import { summaryBody, summaryBodyOf } from './summary-body.ts';

const pageSize = 50;

const returnBody = summaryBody.extend({
  timeline: z.array(z.object({ at: z.iso.datetime(), event: z.string(), detail: z.string().nullable() })),
  calls: z.array(
    z.object({
      at: z.iso.datetime(),
      vendor: z.enum(vendors),
      request: z.string(),
      body: z.string().nullable(),
      answer: z.string(),
      tookMs: z.int(),
    }),
  ),
});
const text = z.string().transform(storable);
const returnParams = z.object({
  merchant: text.meta({ description: 'Its name in the merchants file', example: returnExample.merchant }),
  loopReturnId: text.meta({
    description: 'The number in the address of its page in Loop’s admin',
    example: returnExample.loopReturnId,
  }),
});
const security = [{ opsToken: [] }];

/** What ops read and do: a page of returns, one return, another try. */
export function opsApi(
  operations: Pick<Operations, 'returns' | 'ageingLimits' | 'findReturn' | 'retry'>,
  opsToken: string | null,
  now: () => Date,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/returns',
      {
        preValidation: withoutEmptyParameters,
        schema: {
          operationId: 'listReturns',
          tags: ['Ops'],
          summary: 'A page of returns, newest first',
          description: 'All of them, or those that the parameters leave; they can be combined.',
          security,
          querystring: z.strictObject({
            ...returnQuery,
            cursor: z
              .string()
              .optional()
              .meta({ description: 'The nextCursor of the page before', example: returnsCursor }),
          }),
          response: {
            200: z.object({ returns: z.array(summaryBody), nextCursor: z.string().nullable() }).meta({
              description: 'Up to 50 of them; nextCursor is null on the last page.',
              examples: [returnsExample],
            }),
            400: errorAnswer('A parameter is not understood.', notACursor()),
            ...opsAnswers,
          },
        },
      },
      async (request) => {
        const { cursor, ...query } = request.query;
        const { filter, sort } = askedFor(query, operations.ageingLimits(), now());
        const after = cursor === undefined ? undefined : readPosition(cursor, sortedBy(filter, sort));
        const { returns, next } = await operations.returns(filter, { sort, after, limit: pageSize });
        return {
          returns: returns.map(summaryBodyOf),
          nextCursor: next === null ? null : writePosition(next),
        };
      },
    );
    app.get(
      '/api/returns/:merchant/:loopReturnId',
      {
        schema: {
          operationId: 'readReturn',
          tags: ['Ops'],
          summary: 'One return with its timeline',
          description:
            'Where it stands, why, and all that happened to it, in order; and the calls to the vendors for it, with what they answered, as long as RETENTION keeps them.',
          security,
          params: returnParams,
          response: {
            200: returnBody.meta({ description: 'The return.', examples: [returnExample] }),
            404: errorAnswer('There is no such return.', noSuchReturn()),
            ...opsAnswers,
          },
        },
      },
      async (request) => {
        const { merchant, loopReturnId } = request.params;
        const found = await operations.findReturn(merchant, loopReturnId);
        if (found === null) throw noSuchReturn();
        const timeline = found.timeline.map((line) => ({ ...line, at: line.at.toISOString() }));
        return {
          ...summaryBodyOf(found),
          timeline,
          calls: found.calls.map((call) => ({ ...call, at: call.at.toISOString() })),
        };
      },
    );
    app.post(
      '/api/returns/:merchant/:loopReturnId/retry',
      {
        schema: {
          operationId: 'retryReturn',
          tags: ['Ops'],
          summary: 'Try the step that failed again',
          description:
            'For a return that needs attention, once the cause is gone; its reason says what that is.',
          security,
          params: returnParams,
          response: {
            202: z
              .object({ status: z.literal('retrying') })
              .meta({ description: 'It is tried again.', examples: [{ status: 'retrying' }] }),
            404: errorAnswer('There is no such return.', noSuchReturn()),
            409: errorAnswer('No step of this return has failed.', nothingToRetry()),
            ...opsAnswers,
          },
        },
      },
      async (request, reply) => {
        const { merchant, loopReturnId } = request.params;
        const result = await operations.retry(merchant, loopReturnId, opsTokenActor(request));
        if (result === 'unknown') throw noSuchReturn();
        if (result === 'nothing-failed') throw nothingToRetry();
        return reply.code(202).send({ status: 'retrying' });
      },
    );
  };
}

export function noSuchReturn(): HttpError {
  return new HttpError(404, 'no_such_return', 'There is no return with this id for this merchant.');
}

const nothingToRetry = () =>
  new HttpError(
    409,
    'nothing_to_retry',
    'No step of this return has failed, so there is nothing to try again.',
  );
