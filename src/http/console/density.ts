import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** How much room the rows of a list have. */
export const densities = ['comfortable', 'compact'] as const;
export type Density = (typeof densities)[number];

const cookieName = 'console_density';
const aYearInSeconds = 31_536_000;

/** What this browser was last asked for. */
export function densityOf(request: FastifyRequest): Density {
  return z.enum(densities).catch('comfortable').parse(request.cookies[cookieName]);
}

/** Keeps it for this browser: an address that is sent to a colleague leaves them their own. */
export function keepDensity(reply: FastifyReply, density: Density): void {
  reply.setCookie(cookieName, density, {
    path: '/console',
    httpOnly: true,
    sameSite: 'lax',
    maxAge: aYearInSeconds,
  });
}
