import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { brokenRequest, HttpError } from './errors.ts';
import { headersWithoutRoute } from './headers.ts';

/** MasonHub takes any 4xx for final, and what came too slowly may come through the next time. */
const tooSlow = new HttpError(503, 'too_slow', 'The request did not come to its end. Send it again later.', {
  retryAfterSeconds: 30,
});

/** Answers what the HTTP parser gives up on, where there is no route and no reply yet, in the one shape of errors. */
export const answerBrokenRequest: NonNullable<FastifyServerOptions['clientErrorHandler']> = (
  error,
  socket,
) => {
  if (socket.writable && error.code !== 'ECONNRESET') {
    socket.write(asHttp(error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? tooSlow : brokenRequest()));
  }
  socket.destroy();
};

function asHttp({ status, code, message, retryAfterSeconds }: HttpError): string {
  const body = JSON.stringify({ error: { code, message } });
  const lines = [
    `HTTP/1.1 ${status} ${status === 400 ? 'Bad Request' : 'Service Unavailable'}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headersWithoutRoute).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
    ...(retryAfterSeconds === undefined ? [] : [`retry-after: ${retryAfterSeconds}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** A request that expects more than an answer gets the answer; node would say 417, which no vendor is told of. */
export function answerWhateverIsExpected(app: FastifyInstance): void {
  app.server.on('checkExpectation', (request, response) => app.routing(request, response));
}
