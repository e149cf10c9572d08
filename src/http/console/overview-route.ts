import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { listReturns } from '../../returns-store/queries.ts';
import { countStatuses, openDays } from '../../returns-store/statistics.ts';
import { countUnannounced } from '../../returns-store/unannounced.ts';
import { type Access, formTokenOf } from './door.ts';
import { sendPage } from './layout.ts';
import { overviewPage } from './pages/overview.ts';
import { mostListed } from './pages/rejected.ts';
import type { ConsoleParts } from './parts.ts';

const mostAttention = 10;
const shownDays = 14;

export function overviewRoute(parts: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    const days = openDays(parts.db);
    app.get('/', { schema: { hide: true } }, async (request, reply) => {
      const [attention, counts, unannounced, lastDays, connections, rejected] = await Promise.all([
        listReturns(parts.db, { status: 'attention', limit: mostAttention }),
        countStatuses(parts.db),
        countUnannounced(parts.db),
        days(shownDays, parts.now()),
        parts.listConnections(),
        parts.listSetAside('rejected', mostListed),
      ]);
      const page = overviewPage({
        merchants: [...parts.merchants.keys()].sort(),
        attention,
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
