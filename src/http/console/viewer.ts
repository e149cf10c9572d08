import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Actor } from '../../audit/audit.ts';
import type { Role } from '../../operators/operator.ts';

/** Who looks at the console. */
export interface Viewer extends Actor {
  readonly role: Role;
  /** False for a request that carries the ops token itself. */
  readonly hasSession: boolean;
}

const name = 'viewer';

/** Has every request know who it is from, nobody at first. */
export function decorateWithViewer(app: FastifyInstance): void {
  app.decorateRequest(name, null);
}

export function setViewer(request: FastifyRequest, viewer: Viewer | null): void {
  request.setDecorator<Viewer | null>(name, viewer);
}

/** Null where nobody has signed in, and where the console is closed. */
export function viewerOf(request: FastifyRequest): Viewer | null {
  return request.getDecorator<Viewer | null>(name);
}
