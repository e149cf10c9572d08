import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { storable } from '../../parsing/tolerant.ts';
import { sortedBy } from '../../returns-store/return-filter.ts';
import { noSuchReturn } from '../ops-api.ts';
import { readPosition, writePosition } from '../return-position.ts';
import { askedFor, returnQuery } from '../return-query.ts';
import { sendReturns } from '../returns-csv.ts';
import { type Access, actorOf, formTokenOf, mayAct, requireOwnForm } from './access.ts';
import { densities, densityOf, keepDensity } from './density.ts';
import { returnPath } from './html.ts';
import { sendPage } from './layout.ts';
import { returnPage } from './pages/return.ts';
import { returnsPage } from './pages/returns.ts';
import { listPath, onlyStatus } from './pages/returns-filters.ts';
import type { ConsoleParts } from './parts.ts';

const pageSize = 50;

const text = z.string().transform(storable);
/** A field that is not filled in is sent empty, and a choice that goes without saying is sent too. */
const isSaid = ([name, value]: [string, unknown]) =>
  value !== '' && !(name === 'dated' && value === 'created');
const asked = z.preprocess(
  (given) => Object.fromEntries(Object.entries(given ?? {}).filter(isSaid)),
  z.object({ ...returnQuery, cursor: z.string().optional(), density: z.enum(densities).optional() }),
);
const returnParams = z.object({ merchant: text, loopReturnId: text });

function hasEmptyFields(url: string): boolean {
  return [...new URL(url, 'http://console').searchParams.values()].includes('');
}

const doneWords = {
  retried: 'The step that failed is being tried again.',
  nothing: 'Nothing had failed that could be tried again.',
};

/** The search, one return, and another try for it. */
export function returnsRoutes({ operations, now }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/returns', { schema: { hide: true, querystring: asked } }, async (request, reply) => {
      const { cursor, density, ...query } = request.query;
      if (density !== undefined) keepDensity(reply, density);
      // What somebody may send to a colleague is the list and nothing else.
      const path = listPath(query, cursor === undefined ? {} : { cursor });
      if (density !== undefined || hasEmptyFields(request.url)) return reply.redirect(path, 303);
      const limits = operations.ageingLimits();
      const { filter, sort } = askedFor(query, limits, now());
      const after = cursor === undefined ? undefined : readPosition(cursor, sortedBy(filter, sort));
      const [{ returns, next }, counts] = await Promise.all([
        operations.returns(filter, { sort, after, limit: pageSize }),
        onlyStatus(query) ? operations.countStatuses() : [],
      ]);
      const page = returnsPage({
        merchants: [...operations.merchants.keys()].sort(),
        asked: query,
        sort,
        limits,
        returns,
        isFirstPage: after === undefined,
        nextCursor: next === null ? null : writePosition(next),
        counts,
        density: densityOf(request),
        formToken: formTokenOf(access, request),
        mayAct: mayAct(request),
      });
      return sendPage(reply, page);
    });

    app.get('/returns.csv', { schema: { hide: true, querystring: asked } }, (request, reply) => {
      const { cursor: _cursor, density: _density, ...query } = request.query;
      return sendReturns(operations, query, now(), request, reply);
    });

    app.get(
      '/returns/:merchant/:loopReturnId',
      {
        schema: {
          hide: true,
          params: returnParams,
          querystring: z.object({ done: z.enum(['retried', 'nothing']).optional().catch(undefined) }),
        },
      },
      async (request, reply) => {
        const { merchant, loopReturnId } = request.params;
        const { done } = request.query;
        const [summary, facts, connections] = await Promise.all([
          operations.findReturn(merchant, loopReturnId),
          operations.factsOf(merchant, loopReturnId),
          operations.connections(),
        ]);
        if (summary === null || facts === null) throw noSuchReturn();
        const page = returnPage({
          summary,
          facts,
          merchant: operations.merchants.get(merchant),
          connections: connections.filter((one) => one.merchant === merchant),
          done: done === undefined ? null : doneWords[done],
          mayAct: mayAct(request),
          formToken: formTokenOf(access, request),
        });
        return sendPage(reply, page);
      },
    );

    app.post(
      '/returns/:merchant/:loopReturnId/retry',
      { schema: { hide: true, params: returnParams }, preValidation: requireOwnForm(access) },
      async (request, reply) => {
        const { merchant, loopReturnId } = request.params;
        const result = await operations.retry(merchant, loopReturnId, actorOf(request));
        if (result === 'unknown') throw noSuchReturn();
        const done = result === 'retried' ? 'retried' : 'nothing';
        return reply.redirect(`${returnPath(merchant, loopReturnId)}?done=${done}`, 303);
      },
    );
  };
}
