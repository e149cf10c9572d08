import type { FastifyRequest } from 'fastify';

/** A proxy with the certificate stands before the service; whoever invents its header hides only their own cookie. */
export function cameByHttps(request: FastifyRequest): boolean {
  const forwarded = request.headers['x-forwarded-proto'];
  return request.protocol === 'https' || String(forwarded).split(',')[0]?.trim() === 'https';
}
