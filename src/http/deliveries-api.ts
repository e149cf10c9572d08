import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { sources } from '../inbox/delivery.ts';
import { listRejected, type RejectedFilter } from '../inbox/rejected.ts';
import { storable } from '../parsing/tolerant.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { closedToOthers, errorBody } from './errors.ts';
import { requireOpsToken } from './ops-token.ts';

const text = z.string().transform(storable);

const replayed = z.object({
  replayed: z.number().describe('How many were taken through once more'),
  accepted: z.number().describe('Understood now, and on their way'),
  ignored: z.number().describe('Understood now as nothing that concerns a return'),
  rejected: z.number().describe('Still not understood'),
});

/** Takes rejected deliveries through once more. */
export type ReplayRejected = (filter: RejectedFilter) => Promise<z.infer<typeof replayed>>;

const pageSize = 50;
const security = [{ opsToken: [] }];
const filter = {
  merchant: text.optional(),
  source: z.enum(sources).optional(),
  why: text.optional().describe('Why they were rejected, word for word: all of a kind have the same reason'),
};
const rejectedDelivery = z.object({
  merchant: z.string(),
  source: z.enum(sources),
  key: z.string(),
  why: z.string(),
  receivedAt: z.iso.datetime(),
});
const cursorParts = z.tuple([text, z.enum(sources), text]);

/** What ops read and do about deliveries that were authentic but not understood. */
export function deliveriesApi(
  db: Database,
  opsToken: string | null,
  replay: ReplayRejected,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/deliveries/rejected',
      {
        schema: {
          tags: ['Ops'],
          summary: 'A page of deliveries that were not understood, and why',
          security,
          querystring: z.object({
            ...filter,
            cursor: z.string().optional().describe('The nextCursor of the page before'),
          }),
          response: {
            200: z.object({ deliveries: z.array(rejectedDelivery), nextCursor: z.string().nullable() }),
            400: errorBody,
            ...closedToOthers,
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
        const found = await listRejected(db, kind, { after, limit: pageSize + 1 });
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
          tags: ['Ops'],
          summary: 'Take rejected deliveries through once more, after a fix: one, all of a kind, or all',
          security,
          querystring: z.object({ ...filter, key: text.optional().describe('One delivery') }),
          response: { 200: replayed, 400: errorBody, ...closedToOthers },
        },
      },
      async (request) => replay(request.query),
    );
  };
}
