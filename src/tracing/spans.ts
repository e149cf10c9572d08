import { context, type Link, ROOT_CONTEXT, type Span, type SpanOptions, trace } from '@opentelemetry/api';
import { version } from '../config/version.ts';
import { own } from './attributes.ts';
import { handlingNow } from './handling.ts';
import { type TraceIds, traceIdOf } from './trace-ids.ts';

/** Begins what is recorded of the work on returns. */
export interface Spans {
  /**
   * Something that is done for one return: within the step of the return's that is tried, or else at the top of
   * the return's trace, with a link to what it is done in.
   */
  ofReturn(merchant: string, loopReturnId: string, name: string, options?: SpanOptions): Span;
  /** Something that is done for several together, or for none: within what runs now. */
  shared(name: string, options?: SpanOptions): Span;
}

export function openSpans(ids: TraceIds): Spans {
  const tracer = trace.getTracer('masonhub-loop', version);
  return {
    ofReturn: (merchant, loopReturnId, name, options = {}) => {
      const traceId = traceIdOf(merchant, loopReturnId);
      const attributes = { [own.merchant]: merchant, [own.return]: loopReturnId, ...options.attributes };
      const step = handlingNow()?.steps.get(traceId);
      if (step !== undefined) {
        return tracer.startSpan(name, { ...options, attributes }, trace.setSpan(ROOT_CONTEXT, step));
      }
      const links = [...(options.links ?? []), ...linksTo(trace.getActiveSpan())];
      const start = () => tracer.startSpan(name, { ...options, attributes, links }, ROOT_CONTEXT);
      return ids.within(traceId, start);
    },
    shared: (name, options) => tracer.startSpan(name, options),
  };
}

export function linksTo(...spans: readonly (Span | undefined)[]): Link[] {
  return spans.flatMap((span) => (span === undefined ? [] : [{ context: span.spanContext() }]));
}

/** Whatever is recorded by the work becomes a part of this span. */
export function asPartOf<Result>(span: Span, work: () => Result): Result {
  return context.with(trace.setSpan(context.active(), span), work);
}
