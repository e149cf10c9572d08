import { DiagLogLevel, diag } from '@opentelemetry/api';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { within } from '../config/deadline.ts';
import { version } from '../config/version.ts';
import { traceDeliveries } from './deliveries.ts';
import { openDiagnostics } from './diagnostics.ts';
import { logFields } from './log-fields.ts';
import { traceRequests } from './requests.ts';
import { openSpans } from './spans.ts';
import { traceSteps } from './steps.ts';
import { openTraceIds } from './trace-ids.ts';
import type { Tracing } from './tracing.ts';

const flushWithinMs = 2_000;

/**
 * Starts OpenTelemetry, with exporters, samplers and limits as the standard variables say. Only traces are sent:
 * metrics are at `/metrics`, and the log is on the standard output.
 */
export function startOpenTelemetry(env: NodeJS.ProcessEnv): Tracing {
  const ids = openTraceIds();
  const diagnostics = openDiagnostics();
  const sdk = new NodeSDK({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': 'masonhub-loop', 'service.version': version }),
    ),
    idGenerator: ids,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [
      // Statements as they are written, without what is filled in.
      new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
      new UndiciInstrumentation({ requireParentforSpans: true, startSpanHook: withoutAddress }),
    ],
    // Neither vendor gets to see trace ids, and nobody outside gets to choose ours, unless that is asked for.
    ...((env['OTEL_PROPAGATORS'] ?? '') === '' ? { textMapPropagator: null } : {}),
  });
  // Where OTEL_LOG_LEVEL is set, OpenTelemetry writes on its own.
  if ((env['OTEL_LOG_LEVEL'] ?? '') === '') diag.setLogger(diagnostics.logger, DiagLogLevel.WARN);
  sdk.start();
  const spans = openSpans(ids);
  return {
    ...traceDeliveries(spans),
    ...traceSteps(spans),
    logFields,
    traceRequests,
    warnTo: diagnostics.warnTo,
    stop: async () => {
      await within(flushWithinMs, sdk.shutdown(), () => undefined).catch(diagnostics.logger.error);
    },
  };
}

/** An address can be a secret, as that of a chat's webhook is, and a query can hold anything. */
function withoutAddress({ origin }: { readonly origin: string }) {
  return { 'url.full': origin, 'url.path': '', 'url.query': '' };
}
