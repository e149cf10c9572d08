import type { IncomingHttpHeaders } from 'node:http';

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

/** A request as it comes in. */
export interface IncomingRequest extends VendorRequest {
  readonly headers: IncomingHttpHeaders;
  /** With the base, without the query. */
  readonly path: string;
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

export interface DeskOptions<Name extends string, Extra extends object> {
  /** The path in front of every route. */
  base: string;
  routes: readonly Route<Name>[];
  isAuthorised(headers: IncomingHttpHeaders): boolean;
  unauthorised: Reply;
  tooMany: Reply;
  requestsPerMinute: number | null;
  /** What the vendor's own record of a call holds beyond the common fields. */
  describe(request: VendorRequest): Extra;
}

/** What a test can see of a fake vendor's calls, and prepare for them. */
export interface DeskHandles<Name extends string, Extra extends object> {
  readonly calls: readonly (ReceivedCall<Name> & Extra)[];
  answerNext(name: Name, ...answers: ScriptedAnswer[]): void;
  /** Takes the key for revoked, or for good again. */
  revokeKey(isRevoked: boolean): void;
}

export interface Desk<Name extends string, Extra extends object> extends DeskHandles<Name, Extra> {
  /** Takes a request; `dropped` where the connection breaks, `hanging` where no answer ever comes. */
  receive(route: Route<Name>, incoming: IncomingRequest): Promise<Reply | 'dropped' | 'hanging'>;
}

/** A fake vendor's API below HTTP: authentication, rate limit, a record of the calls, and scripted trouble. */
export function openDesk<Name extends string, Extra extends object>(
  options: DeskOptions<Name, Extra>,
): Desk<Name, Extra> {
  const calls: (ReceivedCall<Name> & Extra)[] = [];
  const script = new Map<Name, ScriptedAnswer[]>();
  const limit = rateLimit(options);
  let isRevoked = false;
  return {
    calls,
    answerNext: (name, ...answers) => void script.set(name, [...(script.get(name) ?? []), ...answers]),
    revokeKey: (revoked) => {
      isRevoked = revoked;
    },
    receive: async (route, incoming) => {
      const call = { ...options.describe(incoming), ...recordOf(route, incoming, options.base) };
      calls.push(call);
      const isKnown = options.isAuthorised(incoming.headers) && !isRevoked;
      const refusal = isKnown ? limit() : options.unauthorised;
      const scripted = refusal === null ? script.get(route.name)?.shift() : undefined;
      call.scripted = scripted ?? null;
      const reply = await carryOut(scripted, () => refusal ?? route.answer(incoming));
      if (typeof reply === 'object') {
        call.status = reply.status;
        call.answer = reply.html ?? reply.body ?? null;
      }
      return reply;
    },
  };
}

function recordOf<Name extends string>(
  { name, method }: Route<Name>,
  { path, query, body }: IncomingRequest,
  base: string,
): ReceivedCall<Name> {
  return {
    at: new Date(),
    name,
    method,
    path: path.slice(base.length),
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
): Promise<Reply | 'dropped' | 'hanging'> {
  if (scripted === undefined) return work();
  if (typeof scripted === 'object') {
    if (scripted.work) work();
    await scripted.after;
    return { status: 200, ...scripted };
  }
  if (scripted === 'work-then-drop' || scripted === 'work-then-hang') work();
  return scripted === 'drop' || scripted === 'work-then-drop' ? 'dropped' : 'hanging';
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
