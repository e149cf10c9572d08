import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { within } from '../config/deadline.ts';
import type { ConnectionState } from '../connections/store.ts';
import type { notReadyCode } from '../database/outages.ts';
import type { Issue } from '../inbox/delivery.ts';
import type { Operations } from '../operations/operations.ts';
import { vendors } from '../vendor-terms/vendors.ts';
import { brokenRequest, errorAnswer, HttpError } from './errors.ts';
import { readyExample } from './ops-examples.ts';

/**
 * Less than a probe usually waits. Where one machine of several is down or hangs, what is on all of them cannot be
 * read, and is left out.
 */
const lookWithinMs = 2_000;

const pausedConnection = z.object({
  merchant: z.string(),
  vendor: z.enum(vendors),
  state: z.enum(['limited', 'refused']),
  why: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
});

const readyBody = z.object({
  status: z.literal('ready'),
  checks: z.record(z.string(), z.literal('ok')),
  paused: z
    .array(pausedConnection)
    .optional()
    .describe(
      'Connections of single merchants that send nothing for a while, and why; left out while that cannot be looked up',
    ),
  notStored: z
    .array(z.object({ merchant: z.string(), why: z.string(), since: z.iso.datetime() }))
    .optional()
    .describe('Merchants of whom nothing can be stored at the moment, while it can be of others'),
  merchantsFile: z
    .string()
    .optional()
    .describe(
      'That the merchants file cannot be used, so that the merchants of before stay; the log says why',
    ),
  usersFile: z
    .string()
    .optional()
    .describe('That the users file cannot be used, so that the operators of before stay; the log says why'),
});

/** Anybody may ask, and what is wrong names merchants, variables and reasons, or operators. */
const merchantsFileProblem = 'The merchants file cannot be used. The log says why.';
const usersFileProblem = 'The users file cannot be used. The log says why.';
const brokenAnswer = errorAnswer('It is not HTTP as it should be.', brokenRequest());

/** Whether the process answers, and whether it can do its job. */
export function health(
  operations: Pick<
    Operations,
    'readiness' | 'connections' | 'unstored' | 'merchantsProblem' | 'operatorsProblem'
  >,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/health/live',
      {
        schema: {
          operationId: 'isLive',
          tags: ['Health'],
          summary: 'The process answers',
          description: 'For a probe that starts the process again where this stays out.',
          security: [],
          response: {
            200: z
              .object({ status: z.literal('live') })
              .meta({ description: 'It does.', examples: [{ status: 'live' }] }),
            400: brokenAnswer,
          },
        },
      },
      async () => ({ status: 'live' as const }),
    );
    app.get(
      '/health/ready',
      {
        schema: {
          operationId: 'isReady',
          tags: ['Health'],
          summary: 'It can do its job: the database takes writes, migrations applied, workers running',
          description:
            'For a load balancer. `database` holds where a write can be committed within two seconds, which is tried every five seconds at most. A paused connection of one merchant, merchants of whom nothing can be stored while it can be of others, and a merchants file or users file that cannot be used are listed, and do not make it unready.',
          security: [],
          response: {
            200: readyBody.meta({ description: 'It can.', examples: [readyExample] }),
            400: brokenAnswer,
            503: errorAnswer(
              'Names the checks that fail. Ask again after Retry-After seconds.',
              notReady([{ path: 'database', message: 'not reachable' }]),
            ),
          },
        },
      },
      async () => {
        const looking = within(lookWithinMs, operations.connections(), () => null).catch(() => null);
        const [results, connections] = await Promise.all([operations.readiness(), looking]);
        // Asked for also where nothing is ready, so that it is tried again whether they can be stored.
        const unstored = operations.unstored();
        const issues = results.flatMap(({ name, wrong }) =>
          wrong === null ? [] : [{ path: name, message: wrong }],
        );
        if (issues.length > 0) throw notReady(issues);
        const merchantsFile = operations.merchantsProblem() === null ? null : merchantsFileProblem;
        const usersFile = operations.operatorsProblem() === null ? null : usersFileProblem;
        const notStored = unstored.map((one) => ({ ...one, since: one.since.toISOString() }));
        return {
          status: 'ready' as const,
          checks: Object.fromEntries(results.map(({ name }) => [name, 'ok' as const])),
          ...(connections === null ? {} : { paused: connections.flatMap(pausedIn) }),
          ...(notStored.length === 0 ? {} : { notStored }),
          ...(merchantsFile === null ? {} : { merchantsFile }),
          ...(usersFile === null ? {} : { usersFile }),
        };
      },
    );
  };
}

function notReady(issues: readonly Issue[]): HttpError {
  const message = issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ');
  return new HttpError(503, 'not_ready' satisfies typeof notReadyCode, message, {
    issues,
    retryAfterSeconds: 5,
  });
}

/** One that is paused does not make the service unready for the others. */
function pausedIn(connection: ConnectionState): z.infer<typeof pausedConnection>[] {
  const { merchant, vendor, state, why, since, until } = connection;
  if (state === 'working' || why === null || since === null || until === null) return [];
  return [{ merchant, vendor, state, why, since: since.toISOString(), until: until.toISOString() }];
}
