import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import { HttpError } from './errors.ts';

/** 1 MiB. */
export const largestBody = 1_048_576;

/** Hands every JSON body on as the bytes that came: signatures are over those, not over JSON written again. */
export function takeRawJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i,
    { parseAs: 'buffer' },
    (_request, body, done) => {
      done(null, body);
    },
  );
}

/** @throws HttpError 400 where the request has no body */
export function rawBodyOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new HttpError(400, 'not_json', 'The request has no body.');
}

/**
 * The doors' schemas describe them at /docs, but a delivery is validated by those same schemas only
 * once its sender is proven.
 */
export const validatedBehindTheDoor: FastifySchemaCompiler<unknown> = () => (value) => ({ value });
