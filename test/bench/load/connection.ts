import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What came of one connection's requests. */
export interface Sent {
  /** How long each answer took, in milliseconds. */
  readonly latencies: number[];
  /** Answers that were no 200. */
  failed: number;
}

/**
 * Sends requests over a connection of its own, each once the one before is answered. The bytes are made before, and of
 * an answer only its status and its end are looked for: the load shall leave the machine to the server.
 * @throws where the server ends the connection, or answers without a content-length
 */
export async function sendAll(url: URL, requests: readonly Buffer[]): Promise<Sent> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  await once(socket, 'connect');
  try {
    return await exchange(socket, requests);
  } finally {
    socket.destroy();
  }
}

function exchange(socket: Socket, requests: readonly Buffer[]): Promise<Sent> {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const sent: Sent = { latencies: [], failed: 0 };
  let sentAt = 0;
  let came: Buffer = Buffer.alloc(0);
  const next = () => {
    const request = requests[sent.latencies.length];
    if (request === undefined) return resolve(sent);
    sentAt = performance.now();
    socket.write(request);
  };
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('The server ended a connection')));
  socket.on('data', (chunk) => {
    came = came.length === 0 ? chunk : Buffer.concat([came, chunk]);
    const answer = readAnswer(came);
    if (answer === null) return;
    if (answer instanceof Error) return reject(answer);
    came = Buffer.alloc(0);
    sent.latencies.push(performance.now() - sentAt);
    if (answer.status !== '200') sent.failed += 1;
    next();
  });
  next();
  return promise;
}

/** Null while it has not come whole. */
function readAnswer(came: Buffer): { readonly status: string } | Error | null {
  const headEnds = came.indexOf('\r\n\r\n');
  if (headEnds === -1) return null;
  const head = came.toString('latin1', 0, headEnds);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) return new Error(`An answer came without a content-length: ${head}`);
  return came.length < headEnds + 4 + Number(length) ? null : { status: head.slice(9, 12) };
}
