import type { Failure } from '../outbound/failure.ts';

/** A poll that could not be finished; what was taken over until then stays, and nothing is skipped. */
export class PollFailed extends Error {
  constructor(failure: Failure) {
    super(failure.why);
  }
}
