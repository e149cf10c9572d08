import cookie from '@fastify/cookie';
import formBody from '@fastify/formbody';
import type { FastifyError, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { HttpError, logError, toHttpError } from '../errors.ts';
import { noOpsToken } from '../ops-token.ts';
import { requireSession } from './access.ts';
import { serveAssets } from './assets.ts';
import { openAttempts } from './attempts.ts';
import { auditRoute } from './audit-route.ts';
import { bulkRetryRoutes } from './bulk-retry-routes.ts';
import { sendPage } from './layout.ts';
import { overviewRoute } from './overview-route.ts';
import { problemPage } from './pages/problem.ts';
import { parcelsRoute } from './parcels-route.ts';
import type { ConsoleParts } from './parts.ts';
import { rejectedRoutes } from './rejected-routes.ts';
import { reportsRoute } from './reports-route.ts';
import { returnsRoutes } from './returns-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { openSessions } from './sessions.ts';
import { singleSignOnRoutes } from './single-sign-on-routes.ts';
import { decorateWithViewer } from './viewer.ts';
import { workRoute } from './work-route.ts';

/** The ops' pages, to be registered under `/console`. They come whole from here and work without script. */
export function opsConsole(parts: ConsoleParts): FastifyPluginAsyncZod {
  return async (app) => {
    const { opsToken, signIn, now } = parts;
    decorateWithViewer(app);
    app.addHook('onRequest', setHeaders);
    app.setErrorHandler(answerWithPage);
    if (opsToken === null) {
      app.addHook('onRequest', async () => {
        throw noOpsToken();
      });
      app.setNotFoundHandler(noSuchPage);
      return;
    }
    await app.register(cookie);
    await app.register(formBody);
    const operators = signIn?.operators ?? null;
    const singleSignOn = signIn?.singleSignOn ?? null;
    const access = {
      opsToken,
      sessions: openSessions({ opsToken, now, operators: operators ?? (() => new Map()) }),
      forms: { password: operators !== null, singleSignOn: singleSignOn !== null },
    };
    serveAssets(app);
    const attempts = await openAttempts(app);
    await app.register(sessionRoutes(parts, access, attempts));
    if (singleSignOn !== null) {
      await app.register(singleSignOnRoutes(parts, access, attempts, singleSignOn));
    }
    await app.register(async (guarded) => {
      guarded.addHook('onRequest', requireSession(access));
      guarded.setNotFoundHandler(noSuchPage);
      await guarded.register(overviewRoute(parts, access));
      await guarded.register(workRoute(parts, access));
      await guarded.register(reportsRoute(parts, access));
      await guarded.register(returnsRoutes(parts, access));
      await guarded.register(bulkRetryRoutes(parts, access));
      await guarded.register(parcelsRoute(parts, access));
      await guarded.register(rejectedRoutes(parts, access));
      await guarded.register(auditRoute(parts, access));
    });
  };
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** In place of those that fit an API. With `same-origin` the browser tells us, and only us, where a form comes from. */
const setHeaders: onRequestAsyncHookHandler = async (_request, reply) => {
  reply.header('content-security-policy', contentSecurityPolicy);
  reply.header('referrer-policy', 'same-origin');
};

async function answerWithPage(
  thrown: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = toHttpError(thrown);
  logError(request, error);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  return sendPage(reply.code(error.status), problemPage(error));
}

async function noSuchPage(): Promise<never> {
  throw new HttpError(404, 'not_found', 'There is no such page.');
}
