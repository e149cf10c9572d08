import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { storable } from '../../parsing/tolerant.ts';
import { monthName, readReport, sendReport } from '../reports-api.ts';
import { type Access, formTokenOf } from './access.ts';
import { sendPage } from './layout.ts';
import { reportPage } from './pages/report.ts';
import type { ConsoleParts } from './parts.ts';

/** All merchants are asked for by a choice that is empty, and the present month by a field that is. */
const asked = z.object({
  month: z.union([z.literal('').transform(() => undefined), monthName]).optional(),
  merchant: z
    .string()
    .transform((merchant) => (merchant === '' ? undefined : storable(merchant)))
    .optional(),
});
const file = z.object({ month: monthName });

/** Each month in numbers, as a page and as a file. */
export function reportsRoute({ operations, now }: ConsoleParts, access: Access): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/reports', { schema: { hide: true, querystring: asked } }, async (request, reply) => {
      const thisMonth = now().toISOString().slice(0, 7);
      const { month = thisMonth, merchant } = request.query;
      const page = reportPage({
        report: await readReport(operations, month, now()),
        merchants: [...operations.merchants.keys()].sort(),
        merchant,
        thisMonth,
        formToken: formTokenOf(access, request),
      });
      return sendPage(reply, page);
    });
    app.get('/reports.csv', { schema: { hide: true, querystring: file } }, async (request, reply) =>
      sendReport(await readReport(operations, request.query.month, now()), reply),
    );
  };
}
