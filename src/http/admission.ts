import type { onRequestHookHandler } from 'fastify';
import { largestBody } from './body.ts';
import { cannotKeep } from './errors.ts';

/** How much the doors hold in memory at most: bodies that are being read or wait to be stored. */
const mostBytes = 64 * 1024 * 1024;
const mostRequests = 4_000;

/**
 * Bounds what deliveries take up in memory, all of them together: what comes in beyond it is answered
 * before its body is read. One hook for both doors.
 * @throws HttpError 503, which vendors answer by sending again later
 */
export function admission(): onRequestHookHandler {
  let bytes = 0;
  let requests = 0;
  return (request, reply, done) => {
    const announced = Number(request.headers['content-length']);
    const size = Number.isFinite(announced) ? Math.min(announced, largestBody) : largestBody;
    if (bytes + size > mostBytes || requests >= mostRequests) {
      done(cannotKeep(new Error('More deliveries come in than are stored.')));
      return;
    }
    bytes += size;
    requests += 1;
    reply.raw.once('close', () => {
      bytes -= size;
      requests -= 1;
    });
    done();
  };
}
