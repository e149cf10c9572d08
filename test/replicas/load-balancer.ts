import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

/** What happens to one delivery on its way to the replicas. */
export interface OnTheWay {
  readonly fault: 'held back' | 'sent to both' | 'answer lost';
  readonly ms: number;
}

/** The one address that vendors know, in front of all replicas, as a load balancer would be. */
export interface LoadBalancer {
  readonly url: string;
  /** Requests so far. */
  readonly requests: number;
  /** What happened to some of them on the way. */
  readonly met: readonly OnTheWay['fault'][];
  close(): Promise<void>;
}

/**
 * Opens a load balancer that passes requests on to the replicas in turn, also to one that is down: then the sender
 * gets no answer.
 * @param urls where the replicas listen at the moment
 * @param troubleOf what happens to the nth request
 */
export async function openLoadBalancer(
  urls: () => readonly (string | null)[],
  troubleOf: (nth: number) => OnTheWay | null = () => null,
): Promise<LoadBalancer> {
  const agent = new Agent({ keepAlive: true });
  let requests = 0;
  const met: OnTheWay['fault'][] = [];
  const server = createServer(async (incoming, outgoing) => {
    const nth = requests++;
    const trouble = troubleOf(nth);
    if (trouble !== null) met.push(trouble.fault);
    try {
      await passOn(agent, turned(urls(), nth), trouble, incoming, outgoing);
    } catch {
      // Nobody was there, or the replica died with the request in its hands.
      incoming.socket.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A load balancer has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get requests() {
      return requests;
    },
    met,
    close: async () => {
      server.closeAllConnections();
      server.close();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

/** Whose turn it is first, and then the others. */
function turned<Value>(values: readonly Value[], by: number): Value[] {
  const from = by % values.length;
  return [...values.slice(from), ...values.slice(0, from)];
}

async function passOn(
  agent: Agent,
  [first = null, ...others]: readonly (string | null)[],
  trouble: OnTheWay | null,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await text(incoming);
  if (trouble?.fault === 'held back') await wait(trouble.ms);
  if (trouble?.fault === 'sent to both') {
    for (const other of others) void forward(agent, other, incoming, body).catch(() => undefined);
  }
  const answer = await forward(agent, first, incoming, body);
  if (trouble?.fault === 'answer lost') throw new Error('The answer is lost on purpose');
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.body);
}

async function forward(agent: Agent, url: string | null, incoming: IncomingMessage, body: string) {
  if (url === null) throw new Error('Nobody listens');
  const { host: _host, connection: _connection, ...headers } = incoming.headers;
  const sent = request(new URL(incoming.url ?? '/', url), {
    agent,
    method: incoming.method ?? 'POST',
    headers,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  sent.end(body);
  const answer = await answered;
  const received = await text(answer);
  const { 'content-type': type = '', 'retry-after': retryAfter } = answer.headers;
  return {
    status: answer.statusCode ?? 502,
    headers: { 'content-type': type, ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) },
    body: received,
  };
}
