import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type SignInMeans, signInMeans } from '../../audit/audit.ts';
import { isSameSecret } from '../../config/secrets.ts';
import { type Operators, type Role, roles } from '../../operators/operator.ts';
import { cameByHttps } from './https.ts';
import { keyFrom } from './keys.ts';

/** Somebody who has just shown who they are. */
export interface Proven {
  readonly name: string;
  readonly by: SignInMeans;
  readonly role: Role;
}

/** A browser that has signed in. */
export interface Session extends Proven {
  readonly id: string;
  readonly endsAt: Date;
}

export interface Sessions {
  /** Null where the request has no cookie, a forged one, or one that has ended. */
  of(request: FastifyRequest): Session | null;
  start(request: FastifyRequest, reply: FastifyReply, who: Proven): void;
  end(reply: FastifyReply): void;
  /** What a form of this session carries, so that no other site can send it. */
  formToken(session: Session): string;
  isFormToken(session: Session, given: string): boolean;
}

export interface SessionParts {
  readonly opsToken: string;
  readonly now: () => Date;
  /** As the users file has them now. */
  readonly operators: () => Operators;
}

const cookieName = 'console_session';
const path = '/console';
const lastsMs = 12 * 3_600_000;

const written = z.tuple([
  z.string().min(1),
  z.string().regex(/^\d+$/).transform(Number),
  z.enum(signInMeans),
  z.enum(roles),
  z.string().transform((text) => Buffer.from(text, 'base64url').toString()),
  z.string(),
]);

/**
 * Sessions that nobody has to store: the cookie says whose it is and when it ends, and is signed. The keys come from
 * the ops token, so a new token ends every session. Who signed in with a password is signed for together with its
 * hash: another password, or an operator who is no longer in the file, ends that session, and the role is the one
 * that the file has now.
 */
export function openSessions({ opsToken, now, operators }: SessionParts): Sessions {
  const key = keyFrom(opsToken, 'session cookies');
  const formKey = keyFrom(opsToken, 'forms');
  const hashOf = ({ by, name }: Proven) => (by === 'password' ? operators().get(name)?.hash : '');
  const signature = (value: string, hash: string) =>
    createHmac('sha256', key).update(`${value}\n${hash}`).digest('base64url');
  const formToken = ({ id }: Session) => createHmac('sha256', formKey).update(id).digest('base64url');
  return {
    of: (request) => {
      const cookie = request.cookies[cookieName] ?? '';
      const read = written.safeParse(cookie.split('.')).data;
      if (read === undefined) return null;
      const [id, endsAt, by, role, name, signed] = read;
      const hash = hashOf({ name, by, role });
      const value = cookie.slice(0, cookie.lastIndexOf('.'));
      if (hash === undefined || !isSameSecret(signed, signature(value, hash))) return null;
      if (endsAt <= now().getTime()) return null;
      const current = by === 'password' ? (operators().get(name)?.role ?? role) : role;
      return { id, endsAt: new Date(endsAt), name, by, role: current };
    },
    start: (request, reply, who) => {
      const id = randomBytes(16).toString('base64url');
      const name = Buffer.from(who.name).toString('base64url');
      const value = [id, now().getTime() + lastsMs, who.by, who.role, name].join('.');
      reply.setCookie(cookieName, `${value}.${signature(value, hashOf(who) ?? '')}`, {
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
