import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isSameSecret } from '../../config/secrets.ts';
import { findByPassword, longestPassword } from '../../operators/password.ts';
import { opsTokenActor } from '../ops-token.ts';
import { type Access, askToSignIn, requireFormOfSession, requireThisSite } from './access.ts';
import type { Attempts } from './attempts.ts';
import type { ConsoleParts } from './parts.ts';
import type { Proven } from './sessions.ts';

/** Anything but a page of the console leads to its overview. */
export const nextPage = z
  .string()
  .regex(/^\/console(?:[/?][\x21-\x7e]*)?$/)
  .catch('/console');

const byToken = z.object({ token: z.string(), next: nextPage });
const byPassword = z.object({
  name: z.string().trim().toLowerCase(),
  password: z.string().max(longestPassword),
  next: nextPage,
});

/** Signing in with the ops token or with a password, and signing out. */
export function sessionRoutes(
  parts: ConsoleParts,
  access: Access,
  attempts: Attempts,
): FastifyPluginAsyncZod {
  const { operations } = parts;
  const operators = parts.signIn?.operators ?? (() => new Map());

  function proveToken(token: string, request: FastifyRequest): Proven | null {
    if (!isSameSecret(token.trim(), access.opsToken)) return null;
    return { ...opsTokenActor(request), role: 'act' };
  }

  async function provePassword(name: string, password: string): Promise<Proven | null> {
    const operator = await findByPassword(operators(), name, password);
    return operator === null ? null : { name, by: 'password', role: operator.role };
  }

  /** A name is written down only where it is an operator's: what else is typed there may be a password. */
  async function refuse(request: FastifyRequest, reply: FastifyReply, given: z.infer<typeof body>) {
    const by = 'token' in given ? 'token' : 'password';
    const what = by === 'token' ? 'token' : 'name or password';
    request.log.warn(`somebody tried to sign in to the console with a wrong ${what}`);
    const isKnown = 'name' in given && operators().has(given.name);
    await operations.record(
      { name: null, by, address: request.ip },
      { action: 'sign-in', merchant: null, subject: isKnown ? given.name : null, result: 'refused' },
    );
    const wrong = by === 'token' ? 'This is not the ops token.' : 'The name or the password is wrong.';
    return askToSignIn(access, reply, { next: given.next, wrong });
  }

  return async (app) => {
    app.post('/session', { schema: { hide: true, body } }, async (request, reply) => {
      requireThisSite(request);
      const given = request.body;
      const who =
        'token' in given
          ? await attempts.make(request, async () => proveToken(given.token, request))
          : await attempts.makeInTurn(request, () => provePassword(given.name, given.password));
      if (who === null) return refuse(request, reply, given);
      const action = { action: 'sign-in', merchant: null, subject: null, result: 'done' } as const;
      await operations.record({ name: who.name, by: who.by, address: request.ip }, action);
      access.sessions.start(request, reply, who);
      return reply.redirect(given.next, 303);
    });
    app.post('/session/end', { schema: { hide: true } }, async (request, reply) => {
      const session = requireFormOfSession(access, request);
      if (session !== null) {
        const action = { action: 'sign-out', merchant: null, subject: null, result: 'done' } as const;
        await operations.record({ name: session.name, by: session.by, address: request.ip }, action);
      }
      access.sessions.end(reply);
      return reply.redirect('/console', 303);
    });
  };
}

const body = z.union([byToken, byPassword]);
