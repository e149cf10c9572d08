import { hash, randomBytes } from 'node:crypto';

/**
 * The trace of a return: the same for everything that is ever done for it, in every replica and after every
 * restart, and nothing has to be kept for that. 16 bytes in hexadecimal:
 * `printf %s acme/99904598 | sha256sum | cut -c1-32`.
 */
export function traceIdOf(merchant: string, loopReturnId: string): string {
  return hash('sha256', `${merchant}/${loopReturnId}`).slice(0, 32);
}

export interface TraceIds {
  generateTraceId(): string;
  generateSpanId(): string;
  /** What is started in here without a parent begins in the trace with this id. */
  within<Result>(traceId: string, start: () => Result): Result;
}

/** Gives out ids for traces and spans, at random unless a trace is named. */
export function openTraceIds(): TraceIds {
  let named: string | null = null;
  return {
    generateTraceId: () => named ?? randomBytes(16).toString('hex'),
    generateSpanId: () => randomBytes(8).toString('hex'),
    within: (traceId, start) => {
      named = traceId;
      try {
        return start();
      } finally {
        named = null;
      }
    },
  };
}
