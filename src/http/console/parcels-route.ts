import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { countUnannounced, unannouncedParcels } from '../../returns-store/unannounced.ts';
import { type Access, formTokenOf } from './door.ts';
import { sendPage } from './layout.ts';
import { parcelsPage } from './pages/parcels.ts';
import type { ConsoleParts } from './parts.ts';

const mostListed = 50;

/** The parcels of which no return is known. */
export function parcelsRoute({ db }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/parcels', { schema: { hide: true } }, async (request, reply) => {
      const [parcels, count] = await Promise.all([unannouncedParcels(db, mostListed), countUnannounced(db)]);
      return sendPage(reply, parcelsPage({ parcels, count, formToken: formTokenOf(access, request) }));
    });
  };
}
