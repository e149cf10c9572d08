import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { mostReturnsAtOnce } from '../../bulk-retries/bulk-retry.ts';
import { storable } from '../../parsing/tolerant.ts';
import { bulkRetryQuery, chosenReturns, noSuchRetry } from '../bulk-retry-query.ts';
import { readPosition, writePosition } from '../return-position.ts';
import { type Access, actorOf, formTokenOf, mayAct, requireOwnForm } from './access.ts';
import { sendPage } from './layout.ts';
import { bulkRetriesPage } from './pages/bulk-retries.ts';
import { bulkRetryPage } from './pages/bulk-retry.ts';
import { confirmRetryPage } from './pages/retry-all.ts';
import type { ConsoleParts } from './parts.ts';

const mostListed = 50;
const pageSize = 100;

/** What a list's form sends, and then the question, with the id under which a yes is meant and how many it showed. */
const body = z.union([
  z.object({
    ...bulkRetryQuery,
    confirm: z.literal('yes'),
    id: z.uuid(),
    shown: z.coerce.number().int().min(1).max(mostReturnsAtOnce),
  }),
  z.object({ ...bulkRetryQuery, confirm: z.literal('no').default('no') }),
]);
const params = z.object({ id: z.string().transform(storable) });
const doneWords = {
  stopped: 'It is stopped. What is retried already goes on.',
  over: 'It was over before it could be stopped.',
};

/** Retrying many returns at once: the question, the progress, the stop, and the latest ones. */
export function bulkRetryRoutes({ operations, now }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  const { bulkRetries } = operations;
  return async (app) => {
    app.post(
      '/retries',
      { schema: { hide: true, body }, preValidation: requireOwnForm(access) },
      async (request, reply) => {
        const asked = request.body;
        const chosen = chosenReturns(asked, operations, now());
        if (asked.confirm === 'yes') {
          const meant = { id: asked.id, ...chosen, atMost: asked.shown };
          const begun = await bulkRetries.begin(meant, actorOf(request));
          if ('total' in begun) return reply.redirect(`/console/retries/${asked.id}`, 303);
        }
        const page = confirmRetryPage({
          id: randomUUID(),
          asked: chosen.asked,
          chosen: await bulkRetries.preview(chosen.filter),
          shownBefore: asked.confirm === 'yes' ? asked.shown : null,
          perSecond: bulkRetries.perSecond,
          formToken: formTokenOf(access, request),
        });
        return sendPage(reply, page);
      },
    );
    app.get('/retries', { schema: { hide: true } }, async (request, reply) =>
      sendPage(reply, bulkRetriesPage(await bulkRetries.latest(mostListed), formTokenOf(access, request))),
    );
    const querystring = z.object({
      cursor: z.string().optional(),
      done: z.enum(['stopped', 'over']).optional().catch(undefined),
    });
    app.get('/retries/:id', { schema: { hide: true, params, querystring } }, async (request, reply) => {
      const { cursor, done } = request.query;
      const after = cursor === undefined ? undefined : readPosition(cursor, 'created');
      const found = await bulkRetries.find(request.params.id);
      if (found === null) throw noSuchRetry();
      const { items, next } = await bulkRetries.items(found.id, { after, limit: pageSize });
      const page = bulkRetryPage({
        found,
        items,
        isFirstPage: after === undefined,
        nextCursor: next === null ? null : writePosition(next),
        done: done === undefined ? null : doneWords[done],
        mayAct: mayAct(request),
        formToken: formTokenOf(access, request),
      });
      return sendPage(reply, page);
    });
    app.post(
      '/retries/:id/stop',
      { schema: { hide: true, params }, preValidation: requireOwnForm(access) },
      async (request, reply) => {
        const { id } = request.params;
        const result = await bulkRetries.stop(id, actorOf(request));
        if (result === 'unknown') throw noSuchRetry();
        return reply.redirect(`/console/retries/${encodeURIComponent(id)}?done=${result}`, 303);
      },
    );
  };
}
