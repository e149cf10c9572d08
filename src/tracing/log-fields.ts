import { trace } from '@opentelemetry/api';
import { traceIdOf } from './trace-ids.ts';

/** What a line of the log says of its trace: that of the return that it is about, or else of what runs now. */
export function logFields(line: object): object {
  const active = trace.getActiveSpan()?.spanContext();
  const traceId = traceOfReturn(line) ?? active?.traceId;
  if (traceId === undefined) return {};
  return { trace_id: traceId, ...(active?.traceId === traceId ? { span_id: active.spanId } : {}) };
}

function traceOfReturn(line: object): string | null {
  const { merchant, return: loopReturnId, source }: Record<string, unknown> = { ...line };
  // A delivery that has only just come in may name an RMA in place of its return.
  const isOfDelivery = source !== undefined;
  if (isOfDelivery || typeof merchant !== 'string' || typeof loopReturnId !== 'string') return null;
  return traceIdOf(merchant, loopReturnId);
}
