import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Merchants } from '../config/merchants.ts';
import type { Database } from '../database/connect.ts';
import { storable } from '../parsing/tolerant.ts';
import { findReturn, listReturns, type ReturnSummary } from '../returns/queries.ts';
import { statuses } from '../returns/return.ts';
import { closedToOthers, errorBody, HttpError } from './errors.ts';
import { requireOpsToken } from './ops-token.ts';
import { readPosition, writePosition } from './return-position.ts';

/** Tries the failed step of a return again. */
export type RetryReturn = (
  merchant: string,
  loopReturnId: string,
) => Promise<'retried' | 'nothing-failed' | 'unknown'>;

const pageSize = 50;

const summaryBody = z.object({
  merchant: z.string(),
  loopReturnId: z.string(),
  rmaNumber: z.string(),
  status: z.enum(statuses),
  reason: z.string().nullable(),
  orderName: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const returnBody = summaryBody.extend({
  timeline: z.array(z.object({ at: z.iso.datetime(), event: z.string(), detail: z.string().nullable() })),
});
const text = z.string().transform(storable);
const returnParams = z.object({ merchant: text, loopReturnId: text });
const security = [{ opsToken: [] }];

/** What ops read and do: a page of returns, one return, another try. */
export function opsApi(
  db: Database,
  merchants: Merchants,
  opsToken: string | null,
  retry: RetryReturn,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/returns',
      {
        schema: {
          tags: ['Ops'],
          summary: 'A page of returns, newest first',
          security,
          querystring: z.object({
            merchant: text.optional(),
            status: z.enum(statuses).optional(),
            q: z
              .string()
              .trim()
              .min(1)
              .max(250)
              .transform(storable)
              .optional()
              .describe('A return id, an order name, a tracking number or a SKU'),
            cursor: z.string().optional().describe('The nextCursor of the page before'),
          }),
          response: {
            200: z.object({ returns: z.array(summaryBody), nextCursor: z.string().nullable() }),
            400: errorBody,
            ...closedToOthers,
          },
        },
      },
      async (request) => {
        const { merchant, status, q, cursor } = request.query;
        const after = cursor === undefined ? undefined : readPosition(cursor);
        const found = await listReturns(db, { merchant, status, q, after, limit: pageSize + 1 });
        const page = found.slice(0, pageSize);
        const last = found.length > pageSize ? page.at(-1) : undefined;
        return {
          returns: page.map(withIsoDates),
          nextCursor: last === undefined ? null : writePosition(last),
        };
      },
    );
    app.get(
      '/api/returns/:merchant/:loopReturnId',
      {
        schema: {
          tags: ['Ops'],
          summary: 'One return with its timeline',
          security,
          params: returnParams,
          response: { 200: returnBody, 404: errorBody, ...closedToOthers },
        },
      },
      async (request) => {
        const { merchant, loopReturnId } = request.params;
        const found = await findReturn(db, merchant, loopReturnId);
        if (found === null) throw noSuchReturn();
        const timeline = found.timeline.map((line) => ({ ...line, at: line.at.toISOString() }));
        return { ...withIsoDates(found), timeline };
      },
    );
    app.post(
      '/api/returns/:merchant/:loopReturnId/retry',
      {
        schema: {
          tags: ['Ops'],
          summary: 'Try the step that failed again',
          security,
          params: returnParams,
          response: {
            202: z.object({ status: z.literal('retrying') }),
            404: errorBody,
            409: errorBody.describe('No step of this return has failed.'),
            ...closedToOthers,
          },
        },
      },
      async (request, reply) => {
        const { merchant, loopReturnId } = request.params;
        const result = merchants.has(merchant) ? await retry(merchant, loopReturnId) : 'unknown';
        if (result === 'unknown') throw noSuchReturn();
        if (result === 'nothing-failed') {
          throw new HttpError(
            409,
            'nothing_to_retry',
            'No step of this return has failed, so there is nothing to try again.',
          );
        }
        return reply.code(202).send({ status: 'retrying' });
      },
    );
  };
}

export function noSuchReturn(): HttpError {
  return new HttpError(404, 'no_such_return', 'There is no return with this id for this merchant.');
}

function withIsoDates(found: ReturnSummary) {
  return { ...found, createdAt: found.createdAt.toISOString(), updatedAt: found.updatedAt.toISOString() };
}
