import { createServer } from 'node:http';
import type { Reply } from './corpus.ts';

/** A vendor on this machine that answers what the corpus says. */
export interface Vendor extends AsyncDisposable {
  readonly url: string;
  /** What comes next, whatever is asked. */
  answer(reply: Reply): void;
  /** What comes for a `METHOD /path`, one reply after the other and the last one from then on. */
  answerEach(replies: Readonly<Record<string, readonly [Reply, ...Reply[]]>>): void;
}

/** Starts one. Where nothing is said for a path, it answers an empty list of whatever is asked for. */
export async function startVendor(base: string): Promise<Vendor> {
  let next: Reply | null = null;
  let byRoute = new Map<string, readonly Reply[]>();
  const replyTo = (route: string): Reply => {
    const [first, ...rest] = byRoute.get(route) ?? [];
    if (first === undefined) return usual(route);
    if (rest.length > 0) byRoute.set(route, rest);
    return first;
  };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const path = new URL(request.url ?? '', 'http://vendor').pathname.replace(base, '');
      const { status, json, text, headers } = next ?? replyTo(`${request.method} ${path}`);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(text ?? (json === undefined ? '' : JSON.stringify(json)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The vendor has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    answer: (reply) => {
      next = reply;
    },
    answerEach: (replies) => {
      next = null;
      byRoute = new Map(Object.entries(replies));
    },
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function usual(route: string): Reply {
  if (route === 'GET /warehouse/return/list')
    return { status: 200, json: { returns: [], nextPageUrl: null } };
  return { status: 200, json: [] };
}
