import { aDayMs } from '../config/duration.ts';
import { loopTerms } from '../vendor-terms/loop.ts';

/**
 * How patient the steps are. Durations in milliseconds where the name says so, else in seconds, as
 * pg-boss takes them.
 */
export interface Pace {
  /** How often a step is tried before a person has to look. */
  readonly tries: number;
  readonly retryDelaySeconds: number;
  readonly longestRetryDelaySeconds: number;
  /** How often queues are looked at by workers that nobody has woken. */
  readonly pollingSeconds: number;
  /** How long a message may be on the wire before it counts as unanswered. */
  readonly answerWithinMs: number;
  /** How long Loop is given to close a return it may have queued, before it is asked to process it again. */
  readonly processWithinMs: number;
  /** How long after an accepted process request Loop is asked, for the first time, whether it is done. */
  readonly askClosedAfterSeconds: number;
  /** How long Loop may take to close it before a person has to look. */
  readonly closeWithinMs: number;
  /** How many requests Loop takes in a minute for each key, all replicas together. */
  readonly loopRequestsPerMinute: number;
  /** How long the first pause of a connection is after the vendor refused the key. */
  readonly refusedPauseMs: number;
  /** How many returns of each merchant a bulk retry takes up in a second, so that others do not wait behind them. */
  readonly bulkRetriesPerSecond: number;
  /** How often old deliveries, and jobs that ended long ago, are deleted. */
  readonly purgeEveryMs: number;
  /** How many returns of a pull's window Loop is asked for one by one, before its report is read for all that are left. */
  readonly returnsAskedAlone: number;
  /** How long a job that has ended stays to be looked at. */
  readonly keepEndedJobsSeconds: number;
}

/** Twenty tries with backoff: about three hours of a vendor's outage. */
export const defaultPace: Pace = {
  tries: 20,
  retryDelaySeconds: 1,
  longestRetryDelaySeconds: 900,
  pollingSeconds: 2,
  answerWithinMs: 60_000,
  processWithinMs: 600_000,
  askClosedAfterSeconds: 60,
  closeWithinMs: aDayMs,
  loopRequestsPerMinute: loopTerms.requestsPerMinute,
  refusedPauseMs: 15_000,
  bulkRetriesPerSecond: 10,
  purgeEveryMs: 3_600_000,
  // A third of what Loop takes in a minute.
  returnsAskedAlone: 100,
  keepEndedJobsSeconds: 86_400,
};
