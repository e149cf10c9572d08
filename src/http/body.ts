import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';

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

/** The bytes that came: none where there is no body, which is for the one who is proven to hear. */
export function rawBodyOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/**
 * The endpoints' schemas describe them at /docs, but a delivery is validated by those same schemas only
 * once its sender is proven.
 */
export const validatedByTheHandler: FastifySchemaCompiler<unknown> = () => (value) => ({ value });
