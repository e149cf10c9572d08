import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSameSecret } from '../../config/secrets.ts';

/** A browser that has signed in. */
export interface Session {
  readonly id: string;
  readonly endsAt: Date;
}

export interface Sessions {
  /** Null where the request has no cookie, a forged one, or one that has ended. */
  of(request: FastifyRequest): Session | null;
  start(request: FastifyRequest, reply: FastifyReply): void;
  end(reply: FastifyReply): void;
  /** What a form of this session carries, so that no other site can send it. */
  formToken(session: Session): string;
  isFormToken(session: Session, given: string): boolean;
}

const cookieName = 'console_session';
const path = '/console';
const lastsMs = 12 * 3_600_000;

/**
 * Sessions that nobody has to store: the cookie says when it ends, and is signed. The keys come from the ops
 * token, so all replicas have the same ones, and a new token ends every session.
 */
export function openSessions(opsToken: string, now: () => Date): Sessions {
  const keyFor = (use: string) =>
    Buffer.from(hkdfSync('sha256', opsToken, '', `masonhub-loop console: ${use}`, 32));
  const signer = fastifyCookie.signerFactory(keyFor('session cookies'));
  const formKey = keyFor('forms');
  const formToken = ({ id }: Session) => createHmac('sha256', formKey).update(id).digest('base64url');
  return {
    of: (request) => {
      const { valid, value } = signer.unsign(request.cookies[cookieName] ?? '');
      const [, id, endsAt] = /^([\w-]+)\.(\d+)$/.exec((valid && value) || '') ?? [];
      if (id === undefined || Number(endsAt) <= now().getTime()) return null;
      return { id, endsAt: new Date(Number(endsAt)) };
    },
    start: (request, reply) => {
      const id = randomBytes(16).toString('base64url');
      const value = signer.sign(`${id}.${now().getTime() + lastsMs}`);
      reply.setCookie(cookieName, value, {
        path,
        httpOnly: true,
        sameSite: 'strict',
        secure: cameByHttps(request),
        maxAge: lastsMs / 1000,
      });
    },
    end: (reply) => void reply.clearCookie(cookieName, { path }),
    formToken,
    isFormToken: (session, given) => isSameSecret(given, formToken(session)),
  };
}

/** A proxy with the certificate stands before the service; whoever invents its header hides only their own cookie. */
function cameByHttps(request: FastifyRequest): boolean {
  const forwarded = request.headers['x-forwarded-proto'];
  return request.protocol === 'https' || String(forwarded).split(',')[0]?.trim() === 'https';
}
