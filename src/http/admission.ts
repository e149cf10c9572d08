import type { onRequestHookHandler } from 'fastify';
import type { Source } from '../inbox/delivery.ts';
import { largestBody } from './body.ts';
import { cannotStore } from './errors.ts';

/** How much the endpoints hold in memory at most: bodies that are being read or wait to be stored. */
const mostBytes = 64 * 1024 * 1024;
const mostRequests = 4_000;

/** What becomes of a request at an endpoint that brings the inbox nothing to store. */
export type TurnedAway = 'shed' | 'unauthorized' | 'unreadable' | 'unknown_merchant';

const turnedAway: Record<number, TurnedAway | undefined> = {
  400: 'unreadable',
  401: 'unauthorized',
  404: 'unknown_merchant',
  413: 'unreadable',
  415: 'unreadable',
};

/**
 * Bounds what deliveries take up in memory, all of them together: what comes in beyond it is answered
 * before its body is read. Each endpoint gets a hook, and all share one bound.
 * @param count is told of what is turned away
 * @throws HttpError 503, which vendors answer by sending again later
 */
export function admission(
  count: (source: Source, result: TurnedAway) => void,
): (source: Source) => onRequestHookHandler {
  let bytes = 0;
  let requests = 0;
  return (source) => (request, reply, done) => {
    const announced = Number(request.headers['content-length']);
    const size = Number.isFinite(announced) ? Math.min(announced, largestBody) : largestBody;
    if (bytes + size > mostBytes || requests >= mostRequests) {
      count(source, 'shed');
      done(cannotStore(new Error('More deliveries come in than are stored.')));
      return;
    }
    bytes += size;
    requests += 1;
    reply.raw.once('close', () => {
      bytes -= size;
      requests -= 1;
      const result = turnedAway[reply.statusCode];
      if (result !== undefined) count(source, result);
    });
    done();
  };
}
