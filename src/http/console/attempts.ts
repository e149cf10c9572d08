import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from '../errors.ts';

/** One try to sign in; null where it has failed. */
type Try<Result> = () => Promise<Result | null>;

/** Tries to sign in, of which an address may fail with ten in a minute. Each replica counts by itself. */
export interface Attempts {
  /** @throws HttpError 429 where too many have failed; likewise below */
  make<Result>(request: FastifyRequest, work: Try<Result>): Promise<Result | null>;
  /**
   * The same after the others that wait: a password costs memory and time, and nobody fails more often by trying
   * many at once.
   */
  makeInTurn<Result>(request: FastifyRequest, work: Try<Result>): Promise<Result | null>;
}

const mostFailed = 10;
const windowMs = 60_000;
const mostWaiting = 20;
const waitSeconds = 5;

export async function openAttempts(app: FastifyInstance): Promise<Attempts> {
  await app.register(rateLimit, { global: false });
  const failures = app.createRateLimit({ max: mostFailed, timeWindow: windowMs });
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function make<Result>(request: FastifyRequest, work: Try<Result>): Promise<Result | null> {
    const seen = await failures(request, { increment: false });
    if (!seen.isAllowed && seen.remaining === 0) {
      throw tooMany('Too many tries to sign in from your address have failed.', seen.ttlInSeconds);
    }
    const result = await work();
    if (result === null) await failures(request);
    return result;
  }

  return {
    make,
    makeInTurn: async (request, work) => {
      if (waiting === mostWaiting) throw tooMany('Too many people sign in at this moment.', waitSeconds);
      waiting += 1;
      const own = last.then(() => make(request, work));
      last = own.catch(() => undefined);
      try {
        return await own;
      } finally {
        waiting -= 1;
      }
    },
  };
}

const tooMany = (what: string, retryAfterSeconds: number) =>
  new HttpError(429, 'too_many_tries', `${what} Try again in ${retryAfterSeconds} seconds.`, {
    retryAfterSeconds,
  });
