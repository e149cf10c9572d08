import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type Access, formTokenOf, mayAct } from './access.ts';
import { sendPage } from './layout.ts';
import { overviewPage } from './pages/overview.ts';
import type { ConsoleParts } from './parts.ts';
import { readWork } from './work-route.ts';

const mostCauses = 5;
const shownDays = 14;

export function overviewRoute({ operations }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/', { schema: { hide: true } }, async (request, reply) => {
      const [work, counts, unannounced, lastDays] = await Promise.all([
        readWork(operations, mostCauses),
        operations.countStatuses(),
        operations.countUnannounced(),
        operations.lastDays(shownDays),
      ]);
      const page = overviewPage({
        merchants: [...operations.merchants.keys()].sort(),
        work: { ...work, formToken: formTokenOf(access, request), mayAct: mayAct(request) },
        counts,
        unannounced,
        days: lastDays,
        formToken: formTokenOf(access, request),
      });
      return sendPage(reply, page);
    });
  };
}
