import type {
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
  preValidationAsyncHookHandler,
} from 'fastify';
import { z } from 'zod';
import type { Actor } from '../../audit/audit.ts';
import { HttpError } from '../errors.ts';
import { carriesOpsToken, opsTokenActor } from '../ops-token.ts';
import { sendPage } from './layout.ts';
import { type SignInAsked, type SignInForms, signInPage } from './pages/sign-in.ts';
import type { Session, Sessions } from './sessions.ts';
import { setViewer, type Viewer, viewerOf } from './viewer.ts';

/** What opens the console. */
export interface Access {
  readonly opsToken: string;
  readonly sessions: Sessions;
  /** What the sign-in page offers beside the token. */
  readonly forms: SignInForms;
}

/** Knows of each request who it is from, and lets those in who have signed in; all others get the sign-in page. */
export function requireSession(access: Access): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const viewer = recognise(access, request);
    setViewer(request, viewer);
    if (viewer !== null) return;
    const next = request.method === 'GET' ? request.url : '/console';
    return askToSignIn(access, reply, { next, wrong: null });
  };
}

/** A request that carries the ops token is a machine's, or that of somebody who does not say who they are. */
function recognise({ opsToken, sessions }: Access, request: FastifyRequest): Viewer | null {
  if (carriesOpsToken(request, opsToken))
    return { ...opsTokenActor(request), role: 'act', hasSession: false };
  const session = sessions.of(request);
  if (session === null) return null;
  const { name, by, role } = session;
  return { name, by, role, address: request.ip, hasSession: true };
}

/** 401, with the form that leads on to where the person was going. */
export function askToSignIn(access: Access, reply: FastifyReply, asked: SignInAsked): Promise<FastifyReply> {
  return sendPage(reply.code(401), signInPage(access.forms, asked));
}

/** What the forms on a page carry; null where the request has no session. */
export function formTokenOf({ sessions }: Access, request: FastifyRequest): string | null {
  const session = sessions.of(request);
  return session === null ? null : sessions.formToken(session);
}

/** Whether the forms that change something are for the one who looks. */
export function mayAct(request: FastifyRequest): boolean {
  return viewerOf(request)?.role === 'act';
}

/**
 * Who acts, behind `requireSession`.
 * @throws HttpError 403
 */
export function actorOf(request: FastifyRequest): Actor {
  const viewer = viewerOf(request);
  if (viewer === null) throw fromElsewhere();
  const { name, by, address } = viewer;
  return { name, by, address };
}

const formBody = z.looseObject({ form: z.string() });

/**
 * What changes something is for those who may act, and has to come from a form of this very session. A request that
 * carries the ops token itself needs none: no other site can make a browser send it.
 */
export function requireOwnForm(access: Access): preValidationAsyncHookHandler {
  return async (request) => {
    requireFormOfSession(access, request);
    const viewer = viewerOf(request);
    if (viewer?.role !== 'act') throw viewOnly(viewer?.name ?? 'nobody');
  };
}

/** The same for what everybody may do who has signed in. */
export function requireFormOfSession(
  { opsToken, sessions }: Access,
  request: FastifyRequest,
): Session | null {
  if (carriesOpsToken(request, opsToken)) return null;
  requireThisSite(request);
  const session = sessions.of(request);
  const form = formBody.safeParse(request.body);
  if (session === null || !form.success || !sessions.isFormToken(session, form.data.form)) {
    throw fromElsewhere();
  }
  return session;
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

const viewOnly = (name: string) =>
  new HttpError(
    403,
    'view_only',
    `You are signed in as ${name}, who may see everything and change nothing (role view). Nothing was done. Somebody with the role act can do it, or give you that role.`,
  );

const fromElsewhere = () =>
  new HttpError(
    403,
    'not_our_form',
    'This did not come from a page of the console, or its session has ended. Nothing was done; open the page again and repeat it.',
  );
