import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { sources } from '../../inbox/delivery.ts';
import { storable } from '../../parsing/tolerant.ts';
import { type Access, formTokenOf, requireOwnForm } from './door.ts';
import { sendPage } from './layout.ts';
import { mostRejected, rejectedPage } from './pages/rejected.ts';
import type { ConsoleParts } from './parts.ts';

const count = z.coerce.number().int().nonnegative();
const done = z.object({ replayed: count, accepted: count, ignored: count, rejected: count });
const text = z.string().transform(storable);
const filter = z.object({
  merchant: text,
  source: z.enum(sources).optional(),
  key: text.optional(),
  why: text.optional(),
});

/** What was not understood, and its replay. */
export function rejectedRoutes(parts: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/rejected',
      { schema: { hide: true, querystring: done.or(z.object({}).transform(() => null)) } },
      async (request, reply) => {
        const page = rejectedPage({
          rejected: await parts.listRejected(mostRejected),
          done: request.query === null ? null : doneWords(request.query),
          formToken: formTokenOf(access, request),
        });
        return sendPage(reply, page);
      },
    );
    app.post(
      '/rejected/replay',
      { schema: { hide: true, body: filter }, preValidation: requireOwnForm(access) },
      async (request, reply) => {
        const counts = Object.entries(await parts.replay(request.body)).map(([name, value]) => [
          name,
          String(value),
        ]);
        return reply.redirect(`/console/rejected?${new URLSearchParams(Object.fromEntries(counts))}`, 303);
      },
    );
  };
}

function doneWords({ replayed, accepted, ignored, rejected }: z.infer<typeof done>): string {
  if (replayed === 0) return 'Nothing was replayed: it is no longer there.';
  return `Replayed ${replayed}: ${accepted} understood now, ${ignored} of no concern to returns, ${rejected} still not understood.`;
}
