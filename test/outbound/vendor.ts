import { createServer, type IncomingHttpHeaders } from 'node:http';

/** What a test's vendor answers; `drop` breaks the connection, `silence` never answers. */
export type Scripted =
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  | 'drop'
  | 'silence';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as JSON; undefined where there is none. */
  readonly body: unknown;
}

export interface Vendor {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** What comes next; `{"status": 200}` with the JSON `true` where nothing is scripted. */
  answer(...answers: Scripted[]): void;
  close(): Promise<void>;
}

/** A vendor on this machine that answers as a test has written. */
export async function startVendor(): Promise<Vendor> {
  const asked: Asked[] = [];
  const script: Scripted[] = [];
  const server = createServer(async (request, response) => {
    request.setEncoding('utf8');
    let text = '';
    for await (const part of request) text += part;
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    asked.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
    const answer = script.shift() ?? { status: 200, body: 'true' };
    if (answer === 'silence') return;
    if (answer === 'drop') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The vendor has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    answer: (...answers) => void script.push(...answers),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** An answer whose body is this JSON. */
export function json(status: number, value: unknown): Scripted {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}

/** A page as a gateway sends it. */
export function page(status: number): Scripted {
  return { status, body: '<html><body>Bad gateway</body></html>', headers: { 'content-type': 'text/html' } };
}
