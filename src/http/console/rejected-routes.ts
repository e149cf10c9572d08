import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sources } from '../../inbox/delivery.ts';
import { setAsideResults } from '../../inbox/set-aside.ts';
import { storable } from '../../parsing/tolerant.ts';
import { type Access, actorOf, formTokenOf, mayAct, requireOwnForm } from './access.ts';
import { sendPage } from './layout.ts';
import { mostListed, rejectedPage } from './pages/rejected.ts';
import type { ConsoleParts } from './parts.ts';

const count = z.coerce.number().int().nonnegative();
const done = z.object({ replayed: count, accepted: count, ignored: count, rejected: count });
const text = z.string().transform(storable);
const result = z.enum(setAsideResults);
const shown = z.object({ result: result.catch('rejected') });
const filter = z.object({
  result: result.default('rejected'),
  merchant: text,
  source: z.enum(sources).optional(),
  key: text.optional(),
  why: text.optional(),
});

/** What was not understood, what was ignored, and their replay. */
export function rejectedRoutes({ operations }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/rejected',
      { schema: { hide: true, querystring: done.extend(shown.shape).or(shown) } },
      async (request, reply) => {
        const { query } = request;
        const page = rejectedPage({
          result: query.result,
          deliveries: await operations.setAside({ result: query.result }, { after: null, limit: mostListed }),
          done: 'replayed' in query ? doneWords(query) : null,
          mayAct: mayAct(request),
          formToken: formTokenOf(access, request),
        });
        return sendPage(reply, page);
      },
    );
    app.post(
      '/rejected/replay',
      { schema: { hide: true, body: filter }, preValidation: requireOwnForm(access) },
      async (request, reply) => {
        const query = new URLSearchParams({ result: request.body.result });
        const counts = await operations.replay(request.body, actorOf(request));
        for (const [name, value] of Object.entries(counts)) query.append(name, String(value));
        return reply.redirect(`/console/rejected?${query}`, 303);
      },
    );
  };
}

function doneWords({ replayed, accepted, ignored, rejected }: z.infer<typeof done>): string {
  if (replayed === 0) return 'Nothing was replayed: it is no longer there.';
  return `Replayed ${replayed}: ${accepted} understood now, ${ignored} of no concern to returns, ${rejected} not understood.`;
}
