import autocannon from 'autocannon';
import { type SignedBody, signedBodies } from '../bodies.ts';
import { type FromLoad, type LoadOrder, type LoadResult, toLoad } from '../messages.ts';
import { quantile } from '../rounds.ts';

/** The process that makes the load: it signs every body first, and then only sends. */
let prepared: { order: LoadOrder; bodies: SignedBody[] } | undefined;

process.on('message', (message) => {
  carryOut(message).catch((error: unknown) => {
    answer({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
  });
});

async function carryOut(message: unknown): Promise<void> {
  const told = toLoad.parse(message);
  if (told.kind === 'prepare') {
    const { order } = told;
    prepared = { order, bodies: signedBodies(order.secret, order.firstId, order.count) };
    return answer({ kind: 'ready' });
  }
  if (prepared === undefined) throw new Error('Nothing has been prepared to be sent');
  const { order, bodies } = prepared;
  prepared = undefined;
  return answer({ kind: 'done', result: await send(order, bodies) });
}

/** Each connection sends its own share, one request after the other. */
async function send({ url, connections }: LoadOrder, bodies: readonly SignedBody[]): Promise<LoadResult> {
  const path = new URL(url).pathname;
  const shares = Array.from({ length: connections }, (_, first) =>
    bodies
      .filter((_one, index) => index % connections === first)
      .map(({ body, signature }) => ({
        method: 'POST' as const,
        path,
        headers: { 'content-type': 'application/json', 'x-loop-signature': signature },
        body,
      })),
  );
  const latencies: number[] = [];
  let startedAt = 0;
  let lastAt = 0;
  let cpuBefore = process.cpuUsage();
  const ended = Promise.withResolvers<autocannon.Result>();
  const running = autocannon(
    {
      url,
      connections,
      pipelining: 1,
      amount: bodies.length,
      setupClient: (client) => client.setRequests(shares.shift() ?? []),
    },
    (error: unknown, result) => (error ? ended.reject(error) : ended.resolve(result)),
  );
  running.on('start', () => {
    startedAt = performance.now();
    cpuBefore = process.cpuUsage();
  });
  running.on('response', (_client, _status, _bytes, ms) => {
    latencies.push(ms);
    lastAt = performance.now();
  });
  const result = await ended.promise;
  const { user, system } = process.cpuUsage(cpuBefore);
  const seconds = (lastAt - startedAt) / 1000;
  return {
    requests: latencies.length,
    seconds,
    failed: result.non2xx + result.errors,
    medianMs: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuShare: (user + system) / 1e6 / seconds,
    bytesEach: Math.round(bodies.reduce((sum, { body }) => sum + body.length, 0) / bodies.length),
  };
}

function answer(message: FromLoad): void {
  process.send?.(message);
}
