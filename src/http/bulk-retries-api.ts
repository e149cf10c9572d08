import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type BulkRetry,
  bulkRetryItemStates,
  bulkRetryStates,
  mostReturnsAtOnce,
} from '../bulk-retries/bulk-retry.ts';
import type { Operations } from '../operations/operations.ts';
import { storable } from '../parsing/tolerant.ts';
import { statuses } from '../returns/return.ts';
import {
  bulkRetriesExample,
  bulkRetryBegunExample,
  bulkRetryExample,
  bulkRetryId,
  bulkRetryStoppedExample,
} from './bulk-retry-examples.ts';
import {
  beginChosen,
  bulkRetryQuery,
  chosenReturns,
  noneLeft,
  noSuchRetry,
  nothingSaid,
  retryIsOver,
} from './bulk-retry-query.ts';
import { notACursor } from './cursor.ts';
import { errorAnswer } from './errors.ts';
import { returnsCursor } from './ops-examples.ts';
import { opsAnswers, opsTokenActor, requireOpsToken } from './ops-token.ts';
import { readPosition, writePosition } from './return-position.ts';

const mostListed = 50;
const pageSize = 100;

const summaryBody = z.object({
  id: z.string(),
  state: z.enum(bulkRetryStates),
  who: z.string().describe('Who asked for it'),
  asked: z.record(z.string(), z.string()).describe('What the returns were chosen by'),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  stoppedBy: z.string().nullable(),
  total: z.int().describe('Of how many returns it is'),
});
const retryBody = summaryBody.extend({
  counts: z.record(z.enum(bulkRetryItemStates), z.int()).describe('How many of them have which answer'),
  secondsLeft: z.int().nullable().describe('How long it takes at its pace; null where it is not running'),
  items: z.array(
    z.object({
      merchant: z.string(),
      loopReturnId: z.string(),
      state: z.enum(bulkRetryItemStates),
      settledAt: z.iso.datetime().nullable().describe('Since when it has its answer'),
      status: z.enum(statuses).nullable().describe('How the return stands now'),
    }),
  ),
  nextCursor: z.string().nullable(),
});
const params = z.object({
  id: z
    .string()
    .transform(storable)
    .meta({ description: 'What the answer to the request for it named', example: bulkRetryId }),
});
const security = [{ opsToken: [] }];

/** Retrying many returns at once: ask for it, look how far it is, stop it. */
export function bulkRetriesApi(
  operations: Pick<Operations, 'bulkRetries' | 'ageingLimits'>,
  opsToken: string | null,
  now: () => Date,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.post(
      '/api/returns/retry',
      {
        schema: {
          operationId: 'retryReturns',
          tags: ['Ops'],
          summary: 'Try the failed steps of many returns again',
          description: `For the returns that need attention, of those that the parameters leave, ${mostReturnsAtOnce} at most; name at least one parameter. Which returns these are is fixed now. They are retried at a pace that leaves room for others, the oldest first, also where the service is stopped in between. A return that gets well until its turn stays as it is.`,
          security,
          querystring: z.strictObject(bulkRetryQuery),
          response: {
            202: z
              .object({ id: z.string(), total: z.int() })
              .meta({ description: 'It has begun.', examples: [bulkRetryBegunExample] }),
            400: errorAnswer('It is not said which returns are meant, or there are too many.', nothingSaid()),
            404: errorAnswer('The parameters leave no return that needs attention.', noneLeft()),
            ...opsAnswers,
          },
        },
      },
      async (request, reply) => {
        const id = randomUUID();
        const chosen = chosenReturns(request.query, operations, now());
        const total = await beginChosen(operations, id, chosen, opsTokenActor(request));
        return reply.code(202).send({ id, total });
      },
    );
    app.get(
      '/api/retries',
      {
        schema: {
          operationId: 'listBulkRetries',
          tags: ['Ops'],
          summary: 'The latest bulk retries, newest first',
          description: 'Who asked for each, for which returns, and whether it is still running.',
          security,
          response: {
            200: z
              .object({ retries: z.array(summaryBody) })
              .meta({ description: `Up to ${mostListed} of them.`, examples: [bulkRetriesExample] }),
            ...opsAnswers,
          },
        },
      },
      async () => ({ retries: (await operations.bulkRetries.latest(mostListed)).map(shown) }),
    );
    app.get(
      '/api/retries/:id',
      {
        schema: {
          operationId: 'readBulkRetry',
          tags: ['Ops'],
          summary: 'One bulk retry: how far it is, and an answer for each return',
          description:
            'A return is waiting until its turn comes. Then it is retried; or needs-a-look, because Loop has taken or refused its refund already, so that a person has to look at it and retries it by itself; nothing-failed, because it got well in the meantime or is for a person to decide; unknown, because it is not there; no-merchant, because the merchant has left the merchants file; failed, because of a defect, which is in the log. The returns whose turn had not come when somebody stopped it are stopped: they stay as they are.',
          security,
          params,
          querystring: z.strictObject({
            cursor: z
              .string()
              .optional()
              .meta({ description: 'The nextCursor of the page before', example: returnsCursor }),
          }),
          response: {
            200: retryBody.meta({
              description: `The bulk retry, and up to ${pageSize} of its returns in the order in which they are taken; nextCursor is null on the last page.`,
              examples: [bulkRetryExample],
            }),
            400: errorAnswer('A parameter is not understood.', notACursor()),
            404: errorAnswer('There is no such bulk retry.', noSuchRetry()),
            ...opsAnswers,
          },
        },
      },
      async (request) => {
        const { cursor } = request.query;
        const { id } = request.params;
        const after = cursor === undefined ? undefined : readPosition(cursor, 'created');
        const found = await operations.bulkRetries.find(id);
        if (found === null) throw noSuchRetry();
        const { items, next } = await operations.bulkRetries.items(id, { after, limit: pageSize });
        return {
          ...shown(found),
          counts: found.counts,
          secondsLeft: found.secondsLeft,
          items: items.map(({ createdAt, settledAt, ...item }) => ({
            ...item,
            settledAt: settledAt?.toISOString() ?? null,
          })),
          nextCursor: next === null ? null : writePosition(next),
        };
      },
    );
    app.post(
      '/api/retries/:id/stop',
      {
        schema: {
          operationId: 'stopBulkRetry',
          tags: ['Ops'],
          summary: 'Stop a bulk retry',
          description:
            'The returns whose turn has not come stay as they are. What is retried already goes on.',
          security,
          params,
          response: {
            200: z
              .object({ status: z.literal('stopped') })
              .meta({ description: 'It is stopped.', examples: [bulkRetryStoppedExample] }),
            404: errorAnswer('There is no such bulk retry.', noSuchRetry()),
            409: errorAnswer('It is over.', retryIsOver()),
            ...opsAnswers,
          },
        },
      },
      async (request) => {
        const result = await operations.bulkRetries.stop(request.params.id, opsTokenActor(request));
        if (result === 'unknown') throw noSuchRetry();
        if (result === 'over') throw retryIsOver();
        return { status: 'stopped' as const };
      },
    );
  };
}

function shown({ id, state, actor, asked, createdAt, endedAt, stoppedBy, total }: BulkRetry) {
  return {
    id,
    state,
    who: actor.name,
    asked: { ...asked },
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    stoppedBy,
    total,
  };
}
