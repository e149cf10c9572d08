import { createServer, type IncomingHttpHeaders } from 'node:http';

/** Where a stand-in's messages arrive in these tests. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly { headers: IncomingHttpHeaders; body: string }[];
  /** The status and headers of the next answers; 200 when there are none left. */
  answerNext(...answers: { status: number; headers?: Record<string, string> }[]): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const script: { status: number; headers?: Record<string, string> }[] = [];
  const server = createServer(async (request, response) => {
    request.setEncoding('utf8');
    let body = '';
    for await (const part of request) body += part;
    received.push({ headers: request.headers, body });
    const { status, headers = {} } = script.shift() ?? { status: 200 };
    response.writeHead(status, headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    received,
    answerNext: (...answers) => void script.push(...answers),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
