import { FastifyOtelInstrumentation } from '@fastify/otel';
import { SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance } from 'fastify';

/** What asks every few seconds, and means nothing. */
const isOfNoInterest = (path: string) => path.startsWith('/health/') || path === '/metrics';

/**
 * Records each request by its route. Its address is left out, as a search may name a person, and so are headers,
 * bodies and the words of an error.
 */
export async function traceRequests(app: FastifyInstance): Promise<void> {
  const instrumentation = new FastifyOtelInstrumentation({
    instrumentHooks: false,
    instrumentHandler: false,
    recordExceptions: false,
    ignorePaths: ({ url }) => isOfNoInterest(url.split('?', 1)[0] ?? ''),
    requestHook: (span, { method, routeOptions }) => {
      const route = routeOptions.url ?? '(none)';
      span.updateName(`${method} ${route}`);
      span.setAttribute('url.path', route);
    },
  });
  await app.register(instrumentation.plugin());
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { span } = request.opentelemetry();
    // What a caller did wrong is no error of the server's; and either way an error's words stay here.
    if (reply.statusCode >= 400) {
      span?.setStatus({ code: reply.statusCode < 500 ? SpanStatusCode.OK : SpanStatusCode.ERROR });
    }
    done();
  });
}
