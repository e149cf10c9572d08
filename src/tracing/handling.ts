import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span, SpanContext } from '@opentelemetry/api';

/** What a job of a worker is about, for whatever is recorded within it. */
export interface Handling {
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
  /** The spans of the steps that are tried, by the trace ids of their returns. */
  readonly steps: ReadonlyMap<string, Span>;
  /** The requests that brought the deliveries, by the deliveries' keys. */
  readonly requests: ReadonlyMap<string, SpanContext>;
}

const running = new AsyncLocalStorage<Handling>();

/** The job that runs now; null outside of one. */
export const handlingNow = (): Handling | null => running.getStore() ?? null;

export function handle<Result>(about: Partial<Handling>, work: () => Result): Result {
  return running.run({ since: Date.now(), steps: new Map(), requests: new Map(), ...about }, work);
}
