import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isDatabaseAway } from '../database/away.ts';
import type { Issue } from '../inbox/delivery.ts';
import { headersWithoutRoute } from './headers.ts';

/** The one shape in which every route says what is wrong. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

/** A request that is answered with an error, and why. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly issues: readonly Issue[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { issues?: readonly Issue[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.status = status;
    this.code = code;
    this.issues = more.issues;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** An answer as /docs tells of it: when it comes, and the very body that it then has. */
export function errorAnswer(description: string, ...examples: readonly [HttpError, ...HttpError[]]) {
  return errorBody.meta({ description, examples: examples.map(bodyOf) });
}

export const unauthorized = () =>
  new HttpError(401, 'unauthorized', 'The signature or token is missing or wrong.');
export const noSuchMerchant = () =>
  new HttpError(404, 'no_such_merchant', 'There is no merchant with this name in the merchants file.');

/** Within the 1800 seconds up to which Loop waits; MasonHub waits as it likes. */
const retryAfterSeconds = 30;
export const cannotStore = (cause: unknown) =>
  new HttpError(503, 'not_durable', 'The delivery could not be stored. Send it again later.', {
    retryAfterSeconds,
    cause,
  });

export const notJson = (cause?: unknown) =>
  new HttpError(400, 'not_json', 'The body is not JSON.', { cause });
export const tooLarge = () =>
  new HttpError(413, 'too_large', 'The body is over 1 MiB. Send smaller deliveries.');
export const notJsonType = () =>
  new HttpError(415, 'not_json_type', 'The content type is not JSON. Send application/json.');
export const notUnderstood = (why: string, issues: readonly Issue[]) =>
  new HttpError(422, 'not_understood', why, { issues });
export const invalidRequest = (message: string, issues?: readonly Issue[]) =>
  new HttpError(400, 'invalid_request', message, issues === undefined ? {} : { issues });
export const brokenRequest = () =>
  new HttpError(400, 'broken_request', 'The request is not HTTP as it should be.');
export const databaseAway = (cause?: unknown) =>
  new HttpError(503, 'database_away', 'The database does not answer. Ask again later.', {
    retryAfterSeconds,
    cause,
  });

const byFastifyCode: Record<string, (() => HttpError) | undefined> = {
  FST_ERR_BAD_URL: () => new HttpError(400, 'broken_request', 'The address cannot be read.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new HttpError(404, 'not_found', 'There is nothing by a name that long.'),
  FST_ERR_CTP_BODY_TOO_LARGE: tooLarge,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: notJsonType,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new HttpError(400, 'broken_body', 'The body is not as long as its Content-Length says.'),
};

/** Answers every error in the one shape and logs it in one line, with its cause. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => send(request, reply, toHttpError(error)));
  answerNotFound(app);
}

/** Answers what has no route, after the hooks that the app already has. */
export function answerNotFound(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    send(request, reply, new HttpError(404, 'not_found', 'There is no such route.')),
  );
}

/** What a request is answered with, whatever went wrong. */
export function toHttpError(error: FastifyError): HttpError {
  if (error instanceof HttpError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.map((issue) => ({
      path: issue.instancePath.split('/').filter(Boolean).join('.'),
      message: issue.message ?? 'not understood',
    }));
    const first = issues[0];
    return invalidRequest(first === undefined ? 'The request was not understood.' : inWords(first), issues);
  }
  const known = byFastifyCode[error.code]?.();
  if (known !== undefined) return known;
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new HttpError(error.statusCode, 'bad_request', 'The request was not understood.', {
      cause: error,
    });
  }
  if (isDatabaseAway(error)) return databaseAway(error);
  return new HttpError(500, 'internal', 'Something failed here. It has been logged.', { cause: error });
}

/** An issue without a path is about the whole, such as a parameter that is not known. */
function inWords({ path, message }: Issue): string {
  return path === '' ? message : `${path}: ${message}`;
}

function send(request: FastifyRequest, reply: FastifyReply, error: HttpError): FastifyReply {
  logError(request, error);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  return reply.code(error.status).send(bodyOf(error));
}

function bodyOf({ code, message, issues }: HttpError): z.infer<typeof errorBody> {
  return { error: { code, message, ...(issues === undefined ? {} : { issues: [...issues] }) } };
}

/** One line for a request that is answered with an error, with its cause. */
export function logError(request: FastifyRequest, error: HttpError): void {
  const line = {
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: error.status,
    code: error.code,
    issues: error.issues,
    ...namedIn(request.params),
    err: error.cause,
  };
  if (error.status >= 500) request.log.error(line, error.message);
  else request.log.warn(line, error.message);
}

/** The merchant and the return that a request is about, where its address names them. */
function namedIn(params: unknown): { merchant?: string | undefined; return?: string | undefined } {
  const named = z.object({ merchant: z.string().optional(), loopReturnId: z.string().optional() });
  const { merchant, loopReturnId } = named.safeParse(params).data ?? {};
  return { merchant, return: loopReturnId };
}

/** Errors that arise before a route is found, and so before the hooks that set headers. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.headers(headersWithoutRoute);
  void send(request, reply, toHttpError(error));
}
