import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { metricsExample } from './ops-examples.ts';
import { opsAnswers, requireOpsToken } from './ops-token.ts';

/** The metrics, in Prometheus' text format. */
export type ReadMetrics = () => Promise<{ readonly contentType: string; readonly text: string }>;

/** What Prometheus scrapes. */
export function metrics(opsToken: string | null, read: ReadMetrics): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/metrics',
      {
        schema: {
          operationId: 'readMetrics',
          tags: ['Ops'],
          summary: 'The metrics, in Prometheus’ text format',
          description:
            'Each replica counts what it does itself. What is read from the database is missing while that is away.',
          security: [{ opsToken: [] }],
          response: {
            200: {
              description: 'All of them, as they are now.',
              content: { 'text/plain': { schema: z.string().meta({ example: metricsExample }) } },
            },
            401: opsAnswers[401],
            403: opsAnswers[403],
          },
        },
      },
      async (_request, reply) => {
        const { contentType, text } = await read();
        return reply.header('content-type', contentType).send(text);
      },
    );
  };
}
