import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { auditActions } from '../../audit/audit.ts';
import { storable } from '../../parsing/tolerant.ts';
import { readAuditPosition, writeAuditPosition } from '../audit-position.ts';
import { type Access, formTokenOf } from './access.ts';
import { sendPage } from './layout.ts';
import { auditPage } from './pages/audit.ts';
import type { ConsoleParts } from './parts.ts';

const pageSize = 50;

/** A field that is not filled in is sent empty. */
const field = z
  .string()
  .transform((text) => storable(text.trim()) || undefined)
  .optional();
const asked = z.object({
  who: field,
  action: field.pipe(z.enum(auditActions).optional()),
  cursor: field,
});

/** What people have done. */
export function auditRoute({ operations }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/audit', { schema: { hide: true, querystring: asked } }, async (request, reply) => {
      const { who, action, cursor } = request.query;
      const after = cursor === undefined ? null : readAuditPosition(cursor);
      const found = await operations.audit({ who, action }, { after, limit: pageSize + 1 });
      const entries = found.slice(0, pageSize);
      const last = found.length > pageSize ? entries.at(-1) : undefined;
      const page = auditPage({
        asked: { who: who ?? '', action: action ?? '' },
        entries,
        isFirstPage: after === null,
        nextCursor: last === undefined ? null : writeAuditPosition(last),
        formToken: formTokenOf(access, request),
      });
      return sendPage(reply, page);
    });
  };
}
