import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { closedToOthers } from './errors.ts';
import { requireOpsToken } from './ops-token.ts';

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
          tags: ['Ops'],
          summary: 'The metrics, in Prometheus’ text format',
          security: [{ opsToken: [] }],
          response: { 200: z.string(), ...closedToOthers },
        },
      },
      async (_request, reply) => {
        const { contentType, text } = await read();
        return reply.header('content-type', contentType).send(text);
      },
    );
  };
}
