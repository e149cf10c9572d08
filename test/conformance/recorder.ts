import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { z } from 'zod';

/** A request as it went out. */
export interface Recorded {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  /** A parameter that is there twice is the list of its values. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as JSON; undefined where there is none. */
  readonly body: unknown;
}

/** Where undici tells of every request that it makes, of this service's and of anybody's in the process. */
const channel = 'undici:request:create';
const told = z.object({
  request: z.object({
    origin: z.string(),
    method: z.string(),
    path: z.string(),
    /** Names and values in turn. */
    headers: z.array(z.string()),
    body: z.unknown(),
  }),
});

/** Writes down the requests that leave this process, until it is disposed of. */
export function recordRequests(): Disposable & { readonly requests: readonly Recorded[] } {
  const requests: Recorded[] = [];
  const listen = (message: unknown) => {
    const { request } = told.parse(message);
    const { pathname, searchParams } = new URL(request.path, request.origin);
    const { origin, method, body } = request;
    requests.push({
      origin,
      method,
      path: pathname,
      query: queryOf(searchParams),
      headers: headersOf(request.headers),
      body: Buffer.isBuffer(body) ? z.json().parse(JSON.parse(body.toString())) : undefined,
    });
  };
  subscribe(channel, listen);
  return { requests, [Symbol.dispose]: () => void unsubscribe(channel, listen) };
}

function queryOf(parameters: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((key) => {
      const [first = '', ...more] = parameters.getAll(key);
      return [key, more.length === 0 ? first : [first, ...more]];
    }),
  );
}

function headersOf(raw: readonly string[]): Record<string, string> {
  const names = raw.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name.toLowerCase(), raw[index * 2 + 1] ?? '']));
}
