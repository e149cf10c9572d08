import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isSameSecret } from '../../config/secrets.ts';
import { type Access, askToSignIn, requireOwnForm, requireThisSite } from './access.ts';

/** Anything but a page of the console leads to its overview. */
const next = z
  .string()
  .regex(/^\/console(?:[/?][\x21-\x7e]*)?$/)
  .catch('/console');

/** Signing in and out. */
export function sessionRoutes(access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/session',
      { schema: { hide: true, body: z.object({ token: z.string(), next }) } },
      async (request, reply) => {
        requireThisSite(request);
        const { token, next } = request.body;
        if (!isSameSecret(token.trim(), access.opsToken)) {
          request.log.warn('somebody tried to sign in to the console with a wrong token');
          return askToSignIn(reply, { next, wrong: true });
        }
        access.sessions.start(request, reply);
        return reply.redirect(next, 303);
      },
    );
    const ownForm = { schema: { hide: true }, preValidation: requireOwnForm(access) };
    app.post('/session/end', ownForm, async (_request, reply) => {
      access.sessions.end(reply);
      return reply.redirect('/console', 303);
    });
  };
}
