import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actionMeans, auditActions } from '../audit/audit.ts';
import type { Operations } from '../operations/operations.ts';
import { storable } from '../parsing/tolerant.ts';
import { auditCursor, auditExample } from './audit-example.ts';
import { readAuditPosition, writeAuditPosition } from './audit-position.ts';
import { notACursor } from './cursor.ts';
import { errorAnswer } from './errors.ts';
import { opsAnswers, requireOpsToken } from './ops-token.ts';

const pageSize = 50;

const entryBody = z.object({
  at: z.iso.datetime(),
  who: z
    .string()
    .nullable()
    .describe(
      'An operator’s name, or for a command that of the operating system; null where it is not known who',
    ),
  by: z
    .enum(actionMeans)
    .describe('How they have shown who they are, or tried to; `command` and `file` came by no request'),
  address: z.string().nullable().describe('Where the request came from; null where there was none'),
  action: z.enum(auditActions),
  merchant: z.string().nullable(),
  subject: z.string().nullable().describe('A return’s id, or in words what was chosen'),
  result: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])).describe('Such as counts'),
});

/** What ops read of what people have done. */
export function auditApi(
  operations: Pick<Operations, 'audit'>,
  opsToken: string | null,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/audit',
      {
        schema: {
          tags: ['Ops'],
          operationId: 'listAudit',
          summary: 'A page of what people have done, newest first',
          description:
            'Sign-ins, also those that failed, sign-outs, retries and replays; what the commands have erased and marked as restored; and changes of the users file. The list only grows: the database refuses to change or remove an entry.',
          security: [{ opsToken: [] }],
          querystring: z.strictObject({
            who: z.string().transform(storable).optional().meta({
              description: 'Only this operator’s, by the full name',
              example: 'anna',
            }),
            action: z.enum(auditActions).optional().meta({ description: 'Only these', example: 'retry' }),
            cursor: z
              .string()
              .optional()
              .meta({ description: 'The nextCursor of the page before', example: auditCursor }),
          }),
          response: {
            200: z.object({ entries: z.array(entryBody), nextCursor: z.string().nullable() }).meta({
              description: 'Up to 50 of them; nextCursor is null on the last page.',
              examples: [auditExample],
            }),
            400: errorAnswer('A parameter is not understood.', notACursor()),
            ...opsAnswers,
          },
        },
      },
      async (request) => {
        const { who, action, cursor } = request.query;
        const after = cursor === undefined ? null : readAuditPosition(cursor);
        const found = await operations.audit({ who, action }, { after, limit: pageSize + 1 });
        const page = found.slice(0, pageSize);
        const last = found.length > pageSize ? page.at(-1) : undefined;
        return {
          entries: page.map(({ id, at, ...entry }) => ({ ...entry, at: at.toISOString() })),
          nextCursor: last === undefined ? null : writeAuditPosition(last),
        };
      },
    );
  };
}
