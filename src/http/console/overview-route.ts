import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type Access, formTokenOf } from './access.ts';
import { sendPage } from './layout.ts';
import { overviewPage } from './pages/overview.ts';
import { mostListed } from './pages/rejected.ts';
import type { ConsoleParts } from './parts.ts';

const mostAttention = 10;
const shownDays = 14;

export function overviewRoute({ operations }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/', { schema: { hide: true } }, async (request, reply) => {
      const [attention, counts, unannounced, lastDays, connections, rejected] = await Promise.all([
        operations.returns({ status: 'attention' }, { sort: 'newest', limit: mostAttention }),
        operations.countStatuses(),
        operations.countUnannounced(),
        operations.lastDays(shownDays),
        operations.connections(),
        operations.setAside({ result: 'rejected' }, { after: null, limit: mostListed }),
      ]);
      const page = overviewPage({
        merchants: [...operations.merchants.keys()].sort(),
        attention: attention.returns,
        counts,
        unannounced,
        connections,
        rejected,
        days: lastDays,
        formToken: formTokenOf(access, request),
      });
      return sendPage(reply, page);
    });
  };
}
