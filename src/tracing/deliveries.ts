import { type Attributes, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import type { DeliveryKey } from '../inbox/inbox.ts';
import type { Advanced } from '../returns-store/advance.ts';
import { own } from './attributes.ts';
import { type Handling, handle, handlingNow } from './handling.ts';
import type { Spans } from './spans.ts';
import { traceIdOf } from './trace-ids.ts';
import { readTraceparent, traceparentOf } from './traceparent.ts';
import type { Tracing } from './tracing.ts';

/** Records how deliveries are stored and applied, and what everything comes to for each return. */
export function traceDeliveries(spans: Spans): Pick<Tracing, 'stored' | 'applied' | 'advanced'> {
  return {
    stored: (store) => async (delivery) => {
      const request = trace.getActiveSpan();
      if (request === undefined) return store(delivery);
      const result = await store({ ...delivery, traceparent: traceparentOf(request.spanContext()) });
      request.setAttribute(own.merchant, delivery.merchant);
      request.addEvent('stored', { [own.delivery]: delivery.key, [own.result]: result });
      return result;
    },
    applied: (keys, work) => handle({ requests: requestsOf(keys) }, work),
    advanced: (merchant, lines) => {
      const handling = handlingNow();
      for (const line of lines) {
        const attributes = { [own.event]: line.event, [own.status]: line.status };
        const step = handling?.steps.get(traceIdOf(merchant, line.loopReturnId));
        if (step === undefined) record(spans, merchant, line, attributes, handling);
        else step.addEvent(line.event, attributes);
      }
    },
  };
}

/** The requests that brought deliveries, where that was kept. */
function requestsOf(keys: readonly DeliveryKey[]): ReadonlyMap<string, SpanContext> {
  return new Map(
    keys.flatMap(({ key, traceparent }) => {
      const request = traceparent === undefined ? null : readTraceparent(traceparent);
      return request === null ? [] : [[key, request] as const];
    }),
  );
}

/** What a delivery, a poll or a person has moved is there when it is committed; it began with its job. */
function record(
  spans: Spans,
  merchant: string,
  { loopReturnId, delivery, event }: Advanced,
  attributes: Attributes,
  handling: Handling | null,
): void {
  const startTime = handling === null ? {} : { startTime: handling.since };
  if (delivery === null) {
    spans.ofReturn(merchant, loopReturnId, event, { attributes, ...startTime }).end();
    return;
  }
  const request = handling?.requests.get(delivery);
  spans
    .ofReturn(merchant, loopReturnId, `delivery ${event}`, {
      kind: SpanKind.CONSUMER,
      attributes: { ...attributes, [own.delivery]: delivery },
      links: request === undefined ? [] : [{ context: request }],
      ...startTime,
    })
    .end();
}
