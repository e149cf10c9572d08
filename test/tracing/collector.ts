import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

/** A span as OTLP's JSON has it, as far as the tests look at it. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty at the top of a trace. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number | undefined; readonly message?: string | undefined };
}

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .default([])
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, Object.values(value)[0]])));
const span = z.object({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  attributes,
  events: z
    .array(z.object({ name: z.string() }))
    .default([])
    .transform((all) => all.map(({ name }) => name)),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).default({}),
});
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

/**
 * A collector that takes traces by OTLP over HTTP, as JSON.
 * @param answers false for one that takes them and says nothing
 */
export async function startCollector({ answers = true } = {}) {
  const bodies: string[] = [];
  const server = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    if (incoming.url === '/v1/traces') bodies.push(Buffer.concat(chunks).toString('utf8'));
    if (answers) answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server has no port');
  const received = () => bodies.flatMap((body) => request.parse(JSON.parse(body)).resourceSpans);
  return {
    /** What sends a service's traces here, soon after they are made. */
    settings: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${address.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
    /** All that came, as it came. */
    text: () => bodies.join('\n'),
    spans: (): readonly ReceivedSpan[] =>
      received().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    resources: () => received().map(({ resource }) => resource.attributes),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
