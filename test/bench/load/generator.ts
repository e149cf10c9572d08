import { type SignedBody, signedBodies } from '../bodies.ts';
import { type FromLoad, type LoadOrder, type LoadResult, toLoad } from '../messages.ts';
import { quantile } from '../rounds.ts';
import { sendAll } from './connection.ts';

/** The process that makes the load: it signs every body first, and then only sends. */
let prepared: Prepared | undefined;

interface Prepared {
  readonly to: URL;
  /** What each connection sends, one request after the other. */
  readonly shares: readonly (readonly Buffer[])[];
  readonly bytesEach: number;
}

process.on('message', (message) => {
  carryOut(message).catch((error: unknown) => {
    answer({ kind: 'failed', why: error instanceof Error ? error.message : String(error) });
  });
});

async function carryOut(message: unknown): Promise<void> {
  const told = toLoad.parse(message);
  if (told.kind === 'prepare') {
    prepared = prepare(told.order);
    return answer({ kind: 'ready' });
  }
  if (prepared === undefined) throw new Error('Nothing has been prepared to be sent');
  const result = await send(prepared);
  prepared = undefined;
  return answer({ kind: 'done', result });
}

function prepare({ url, connections, secret, firstId, count }: LoadOrder): Prepared {
  const to = new URL(url);
  const bodies = signedBodies(secret, firstId, count);
  const shares: Buffer[][] = Array.from({ length: connections }, () => []);
  for (const [index, one] of bodies.entries()) shares[index % connections]?.push(requestOf(to, one));
  return {
    to,
    shares,
    bytesEach: Math.round(bodies.reduce((sum, { body }) => sum + body.length, 0) / bodies.length),
  };
}

async function send({ to, shares, bytesEach }: Prepared): Promise<LoadResult> {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const sent = await Promise.all(shares.map((requests) => sendAll(to, requests)));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const latencies = sent.flatMap((one) => one.latencies);
  return {
    requests: latencies.length,
    seconds,
    failed: sent.reduce((sum, one) => sum + one.failed, 0),
    medianMs: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuShare: (user + system) / 1e6 / seconds,
    bytesEach,
  };
}

function requestOf({ host, pathname }: URL, { body, signature }: SignedBody): Buffer {
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    `x-loop-signature: ${signature}`,
  ].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
}

function answer(message: FromLoad): void {
  process.send?.(message);
}
