import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Actor } from '../audit/audit.ts';
import { isSameSecret } from '../config/secrets.ts';
import { opsTokenName } from '../operators/operator.ts';
import { databaseAway, errorAnswer, HttpError, unauthorized } from './errors.ts';

/** Lets only those in who carry `Authorization: Bearer <OPS_TOKEN>`; without a token set, nobody. */
export function requireOpsToken(opsToken: string | null): onRequestAsyncHookHandler {
  return async (request) => {
    if (opsToken === null) throw noOpsToken();
    if (!carriesOpsToken(request, opsToken)) throw unauthorized();
  };
}

export const noOpsToken = () =>
  new HttpError(403, 'no_ops_token', 'This is closed until the setting OPS_TOKEN has a value.');

/** What a route that only ops may use can answer whatever it is asked. */
export const opsAnswers = {
  401: errorAnswer('The token is missing or wrong.', unauthorized()),
  403: errorAnswer('The setting OPS_TOKEN has no value.', noOpsToken()),
  503: errorAnswer('The database does not answer. Ask again after Retry-After seconds.', databaseAway()),
};

export function carriesOpsToken(request: FastifyRequest, opsToken: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  return given !== undefined && isSameSecret(given, opsToken);
}

/** Who acts where a request carries the ops token: a machine, or somebody who does not say who they are. */
export function opsTokenActor(request: FastifyRequest): Actor {
  return { name: opsTokenName, by: 'token', address: request.ip };
}
