import type { IncomingHttpHeaders } from 'node:http';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { isObject } from './json.ts';

/** What a route answers; `html` is sent as a page, `body` as JSON. */
export interface Reply {
  status: number;
  body?: unknown;
  html?: string;
  headers?: Record<string, string>;
}

/**
 * An answer that a test prepares for the next call of one kind.
 * An object replaces the vendor's own answer; with `work: true` the vendor does the work all the same, and with
 * `after` it answers only once that has come.
 * `drop` breaks the connection without working, `work-then-drop` after the work, `hang` never answers.
 */
export type ScriptedAnswer =
  | (Partial<Reply> & { work?: boolean; after?: Promise<unknown> })
  | 'drop'
  | 'work-then-drop'
  | 'work-then-hang'
  | 'hang';

/** A request as a route sees it. */
export interface VendorRequest {
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}

/** One call that a stand-in received. `status` and `answer` stay null while unanswered, and when dropped. */
export interface ReceivedCall<Name extends string> {
  readonly at: Date;
  readonly name: Name;
  readonly method: string;
  /** The path below the base, without the query. */
  readonly path: string;
  readonly query: Record<string, string>;
  readonly body: unknown;
  /** The answer that a test had prepared for it. */
  scripted: ScriptedAnswer | null;
  status: number | null;
  answer: unknown;
}

export interface Route<Name extends string> {
  name: Name;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  answer(request: VendorRequest): Reply;
}

export interface VendorServerOptions<Name extends string, Extra extends object> {
  /** The path in front of every route. */
  base: string;
  port: number;
  routes: readonly Route<Name>[];
  isAuthorised(headers: IncomingHttpHeaders): boolean;
  unauthorised: Reply;
  tooMany: Reply;
  requestsPerMinute: number | null;
  /** What the vendor's own record of a call holds beyond the common fields. */
  describe(request: VendorRequest): Extra;
}

export interface VendorServer<Name extends string, Extra extends object> {
  readonly origin: string;
  readonly calls: readonly (ReceivedCall<Name> & Extra)[];
  answerNext(name: Name, ...answers: ScriptedAnswer[]): void;
  /** Takes the key for revoked, or for good again. */
  revokeKey(isRevoked: boolean): void;
  close(): Promise<void>;
}

/** Starts a fake vendor's HTTP side: authentication, rate limit, a record of the calls, and scripted trouble. */
export async function startVendorServer<Name extends string, Extra extends object>(
  options: VendorServerOptions<Name, Extra>,
): Promise<VendorServer<Name, Extra>> {
  const app = fastify({ forceCloseConnections: true });
  readEveryBody(app);
  const calls: (ReceivedCall<Name> & Extra)[] = [];
  const script = new Map<Name, ScriptedAnswer[]>();
  const limit = rateLimit(options);
  let isRevoked = false;

  for (const route of options.routes) {
    app.route({
      method: route.method,
      url: options.base + route.path,
      handler: async (raw, reply) => {
        const request = requestOf(raw);
        const call = recordOf(route, raw, options.base, request, options.describe(request));
        calls.push(call);
        const isKnown = options.isAuthorised(raw.headers) && !isRevoked;
        const refusal = isKnown ? limit() : options.unauthorised;
        const scripted = refusal === null ? script.get(route.name)?.shift() : undefined;
        call.scripted = scripted ?? null;
        return carryOut(scripted, () => refusal ?? route.answer(request), call, raw, reply);
      },
    });
  }
  const origin = await app.listen({ host: '127.0.0.1', port: options.port });
  return {
    origin,
    calls,
    answerNext: (name, ...answers) => void script.set(name, [...(script.get(name) ?? []), ...answers]),
    revokeKey: (revoked) => {
      isRevoked = revoked;
    },
    close: () => app.close(),
  };
}

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

function requestOf(raw: FastifyRequest): VendorRequest {
  return { params: textsOf(raw.params), query: textsOf(raw.query), body: raw.body };
}

function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(isObject(value) ? value : {});
  return Object.fromEntries(entries.map(([key, entry]) => [key, String(entry)]));
}

function recordOf<Name extends string, Extra extends object>(
  route: Route<Name>,
  raw: FastifyRequest,
  base: string,
  request: VendorRequest,
  extra: Extra,
): ReceivedCall<Name> & Extra {
  const path = new URL(raw.url, 'http://stand-in').pathname.slice(base.length);
  const { query, body } = request;
  return {
    ...extra,
    at: new Date(),
    name: route.name,
    method: route.method,
    path,
    query,
    body,
    scripted: null,
    status: null,
    answer: null,
  };
}

async function carryOut(
  scripted: ScriptedAnswer | undefined,
  work: () => Reply,
  call: { status: number | null; answer: unknown },
  raw: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  if (scripted === undefined) return send(work(), call, reply);
  if (typeof scripted === 'object') {
    if (scripted.work) work();
    await scripted.after;
    return send({ status: 200, ...scripted }, call, reply);
  }
  reply.hijack();
  if (scripted === 'work-then-drop' || scripted === 'work-then-hang') work();
  if (scripted === 'drop' || scripted === 'work-then-drop') raw.raw.socket.destroy();
  return undefined;
}

function send(answer: Reply, call: { status: number | null; answer: unknown }, reply: FastifyReply): unknown {
  const { status, body, html, headers } = answer;
  call.status = status;
  call.answer = html ?? body ?? null;
  reply.code(status).headers(headers ?? {});
  if (html !== undefined) return reply.type('text/html').send(html);
  if (body === undefined) return reply.send();
  // Serialised here: the framework would send a bare text unquoted.
  return reply.type('application/json').send(Buffer.from(JSON.stringify(body)));
}

function rateLimit(options: { requestsPerMinute: number | null; tooMany: Reply }): () => Reply | null {
  const minute = 60_000;
  let windowStart = 0;
  let used = 0;
  return () => {
    const now = Date.now();
    if (now - windowStart >= minute) {
      windowStart = now;
      used = 0;
    }
    used += 1;
    if (options.requestsPerMinute === null || used <= options.requestsPerMinute) return null;
    const seconds = Math.ceil((windowStart + minute - now) / 1000);
    return { ...options.tooMany, headers: { 'retry-after': String(seconds) } };
  };
}
