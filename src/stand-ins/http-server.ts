import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type DeskHandles, type DeskOptions, type IncomingRequest, openDesk, type Reply } from './desk.ts';
import { isObject } from './json.ts';

export interface VendorServerOptions<Name extends string, Extra extends object>
  extends DeskOptions<Name, Extra> {
  port: number;
}

export interface VendorServer<Name extends string, Extra extends object> extends DeskHandles<Name, Extra> {
  readonly origin: string;
  close(): Promise<void>;
}

/** How a fake vendor's API comes to be reached. */
export type ServeVendor = <Name extends string, Extra extends object>(
  options: VendorServerOptions<Name, Extra>,
) => Promise<VendorServer<Name, Extra>>;

/** Over real sockets, on 127.0.0.1. */
export const startVendorServer: ServeVendor = async (options) => {
  const app = fastify({ forceCloseConnections: true });
  readEveryBody(app);
  const { receive, ...handles } = openDesk(options);
  for (const route of options.routes) {
    app.route({
      method: route.method,
      url: options.base + route.path,
      handler: async (raw, reply) => {
        const answer = await receive(route, requestOf(raw));
        if (typeof answer === 'object') return send(answer, reply);
        reply.hijack();
        if (answer === 'dropped') raw.raw.socket.destroy();
        return undefined;
      },
    });
  }
  const origin = await app.listen({ host: '127.0.0.1', port: options.port });
  return { ...handles, origin, close: () => app.close() };
};

// The vendors read a body whatever its type says, and take an empty one with a JSON type for no body at all.
function readEveryBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? undefined : JSON.parse(body.toString()));
    } catch {
      done(null, body.toString());
    }
  });
}

function requestOf(raw: FastifyRequest): IncomingRequest {
  return {
    params: textsOf(raw.params),
    query: textsOf(raw.query),
    body: raw.body,
    headers: raw.headers,
    path: new URL(raw.url, 'http://stand-in').pathname,
  };
}

function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(isObject(value) ? value : {});
  return Object.fromEntries(entries.map(([key, entry]) => [key, String(entry)]));
}

function send({ status, body, html, headers }: Reply, reply: FastifyReply): unknown {
  reply.code(status).headers(headers ?? {});
  if (html !== undefined) return reply.type('text/html').send(html);
  if (body === undefined) return reply.send();
  // Serialised here: the framework would send a bare text unquoted.
  return reply.type('application/json').send(Buffer.from(JSON.stringify(body)));
}
