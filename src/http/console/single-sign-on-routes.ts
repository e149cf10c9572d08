import { fastifyCookie } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  type SignedOn,
  SignOnFailed,
  type SignOnTry,
  type SingleSignOn,
  signOnTry,
} from '../../operators/single-sign-on.ts';
import { type Access, askToSignIn } from './access.ts';
import type { Attempts } from './attempts.ts';
import { cameByHttps } from './https.ts';
import { keyFrom } from './keys.ts';
import { sendPage } from './layout.ts';
import { signInPage } from './pages/sign-in.ts';
import { signedInPage } from './pages/signed-in.ts';
import type { ConsoleParts } from './parts.ts';
import { nextPage } from './session-routes.ts';

/** Where the provider sends the browser back to, below PUBLIC_URL. */
export const callbackPath = '/console/session/sso/callback';

const cookieName = 'console_sign_on';
const cookiePath = '/console/session/sso';
const lastsMs = 10 * 60_000;

/** A try that is under way, as the browser keeps it, so that any replica can finish it. */
const kept = signOnTry.extend({ next: nextPage, endsAt: z.number() });

/** Signing in by a provider. */
export function singleSignOnRoutes(
  { operations, now }: ConsoleParts,
  access: Access,
  attempts: Attempts,
  singleSignOn: SingleSignOn,
): FastifyPluginAsyncZod {
  const signer = fastifyCookie.signerFactory(keyFrom(access.opsToken, 'single sign-on'));

  function write(attempt: SignOnTry, next: string): string {
    const json = JSON.stringify({ ...attempt, next, endsAt: now().getTime() + lastsMs });
    return signer.sign(Buffer.from(json).toString('base64url'));
  }

  function read(request: FastifyRequest): z.infer<typeof kept> | null {
    const { valid, value } = signer.unsign(request.cookies[cookieName] ?? '');
    if (!valid || value === null) return null;
    const found = kept.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
    return found.endsAt > now().getTime() ? found : null;
  }

  /** Null where the provider has refused; one that is away is nobody's failed try. */
  async function finish(request: FastifyRequest, attempt: SignOnTry): Promise<SignedOn | null> {
    try {
      return await singleSignOn.finish(request.url.split('?')[1] ?? '', attempt);
    } catch (error) {
      if (!(error instanceof SignOnFailed) || error.kind === 'away') throw error;
      request.log.warn({ why: error.message }, 'single sign-on was refused');
      return null;
    }
  }

  /** The other ways to sign in are there all the same. */
  function tellAway(error: unknown, request: FastifyRequest, reply: FastifyReply, next: string) {
    if (!(error instanceof SignOnFailed)) throw error;
    request.log.warn({ why: error.message }, 'the provider of single sign-on does not answer');
    return sendPage(reply.code(503), signInPage(access.forms, { next, wrong: isAway }));
  }

  async function refuse(request: FastifyRequest, reply: FastifyReply, next: string) {
    const action = { action: 'sign-in', merchant: null, subject: null, result: 'refused' } as const;
    await operations.record({ name: null, by: 'sso', address: request.ip }, action);
    return askToSignIn(access, reply, { next, wrong: notSignedOn });
  }

  /**
   * Any page of the web can have a browser call this, as often as it likes, and there is nothing in it to guess: so
   * it is no failed try, which would lock people out, and does not fill the audit list.
   */
  function refuseUnbegun(request: FastifyRequest, reply: FastifyReply) {
    request.log.info('somebody came back from single sign-on without having begun in the last ten minutes');
    return askToSignIn(access, reply, { next: '/console', wrong: notSignedOn });
  }

  return async (app) => {
    const query = z.object({ next: nextPage.default('/console') });
    app.get('/session/sso', { schema: { hide: true, querystring: query } }, async (request, reply) => {
      const { next } = request.query;
      try {
        const { address, attempt } = await singleSignOn.begin();
        reply.setCookie(cookieName, write(attempt, next), {
          path: cookiePath,
          httpOnly: true,
          // The browser comes back from another site.
          sameSite: 'lax',
          secure: cameByHttps(request),
          maxAge: lastsMs / 1000,
        });
        return await reply.redirect(address, 302);
      } catch (error) {
        return tellAway(error, request, reply, next);
      }
    });
    app.get('/session/sso/callback', { schema: { hide: true } }, async (request, reply) => {
      const attempt = read(request);
      reply.clearCookie(cookieName, { path: cookiePath });
      if (attempt === null) return refuseUnbegun(request, reply);
      const { next } = attempt;
      try {
        const person = await attempts.make(request, () => finish(request, attempt));
        if (person === null) return await refuse(request, reply, next);
        const who = { name: person.name, by: 'sso', role: person.role } as const;
        await operations.record(
          { name: who.name, by: who.by, address: request.ip },
          {
            action: 'sign-in',
            merchant: null,
            subject: null,
            result: 'done',
            details: { provider: person.subject, role: person.role },
          },
        );
        access.sessions.start(request, reply, who);
        return await sendPage(reply, signedInPage(person.name, next));
      } catch (error) {
        return tellAway(error, request, reply, next);
      }
    });
  };
}

const notSignedOn = 'Single sign-on did not work, or took longer than ten minutes. Try again.';
const isAway =
  'The provider of single sign-on does not answer. Try again in some minutes, or sign in in another way.';
