import type {
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
  preValidationAsyncHookHandler,
} from 'fastify';
import { z } from 'zod';
import { HttpError } from '../errors.ts';
import { carriesOpsToken } from '../ops-token.ts';
import { sendPage } from './layout.ts';
import { signInPage } from './pages/sign-in.ts';
import type { Sessions } from './sessions.ts';

/** What opens the console. */
export interface Access {
  readonly opsToken: string;
  readonly sessions: Sessions;
}

/** Lets those in who have signed in or carry the ops token; all others get the sign-in page. */
export function requireSession({ opsToken, sessions }: Access): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (sessions.of(request) !== null || carriesOpsToken(request, opsToken)) return;
    return askToSignIn(reply, { next: request.method === 'GET' ? request.url : '/console', wrong: false });
  };
}

/** 401, with the form that leads on to where the person was going. */
export function askToSignIn(
  reply: FastifyReply,
  asked: { next: string; wrong: boolean },
): Promise<FastifyReply> {
  return sendPage(reply.code(401), signInPage(asked));
}

/** What the forms on a page carry; null where the request has no session. */
export function formTokenOf({ sessions }: Access, request: FastifyRequest): string | null {
  const session = sessions.of(request);
  return session === null ? null : sessions.formToken(session);
}

const formBody = z.looseObject({ form: z.string() });

/**
 * What changes something has to come from a form of this very session. A request that carries the ops token
 * itself needs none: no other site can make a browser send it.
 */
export function requireOwnForm({ opsToken, sessions }: Access): preValidationAsyncHookHandler {
  return async (request) => {
    if (carriesOpsToken(request, opsToken)) return;
    requireThisSite(request);
    const session = sessions.of(request);
    const form = formBody.safeParse(request.body);
    if (session === null || !form.success || !sessions.isFormToken(session, form.data.form)) {
      throw fromElsewhere();
    }
  };
}

/**
 * Goes by what the browser says about where a form was sent from; who says nothing at all is no browser.
 * @throws HttpError 403
 */
export function requireThisSite(request: FastifyRequest): void {
  const { 'sec-fetch-site': site, origin } = request.headers;
  const isOurs =
    site === undefined
      ? origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.host)
      : site === 'same-origin';
  if (!isOurs) throw fromElsewhere();
}

const fromElsewhere = () =>
  new HttpError(
    403,
    'not_our_form',
    'This did not come from a page of the console, or its session has ended. Nothing was done; open the page again and repeat it.',
  );
