import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { type Access, formTokenOf } from './access.ts';
import { sendPage } from './layout.ts';
import { parcelsPage } from './pages/parcels.ts';
import type { ConsoleParts } from './parts.ts';

const mostListed = 50;

/** The parcels of which no return is known. */
export function parcelsRoute({ operations }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/parcels', { schema: { hide: true } }, async (request, reply) => {
      const { parcels, count } = await operations.unannounced(mostListed);
      return sendPage(reply, parcelsPage({ parcels, count, formToken: formTokenOf(access, request) }));
    });
  };
}
