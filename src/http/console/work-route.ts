import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Operations } from '../../operations/operations.ts';
import { type Access, formTokenOf, mayAct } from './access.ts';
import { sendPage } from './layout.ts';
import { mostListed } from './pages/rejected.ts';
import { type Work, workPage } from './pages/work.ts';
import type { ConsoleParts } from './parts.ts';

const mostCauses = 50;

/** Everything that waits for a person. */
export function workRoute({ operations }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/work', { schema: { hide: true } }, async (request, reply) => {
      const work = await readWork(operations, mostCauses);
      return sendPage(
        reply,
        workPage({ ...work, formToken: formTokenOf(access, request), mayAct: mayAct(request) }),
      );
    });
  };
}

/** @param limit how many causes are shown at most */
export async function readWork(
  operations: Operations,
  limit: number,
): Promise<Omit<Work, 'formToken' | 'mayAct'>> {
  const [causes, overdue, connections, rejected] = await Promise.all([
    operations.causes(limit + 1),
    operations.overdue(),
    operations.connections(),
    operations.setAside({ result: 'rejected' }, { after: null, limit: mostListed }),
  ]);
  return {
    causes: causes.slice(0, limit),
    hasMoreCauses: causes.length > limit,
    overdue,
    limits: operations.ageingLimits(),
    connections,
    rejected,
  };
}
