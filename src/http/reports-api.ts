import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Operations } from '../operations/operations.ts';
import { differences } from '../returns/difference.ts';
import type { MerchantMonth, MonthReport } from '../returns-store/month-report.ts';
import { csvHead, csvLines, csvType, savedAs } from './csv.ts';
import { errorAnswer, invalidRequest } from './errors.ts';
import { monthLists } from './month-lists.ts';
import { reportCsvExample, reportExample } from './ops-examples.ts';
import { opsAnswers, requireOpsToken } from './ops-token.ts';
import { reportColumns } from './report-columns.ts';
import { type ReturnQuery, writeReturnQuery } from './return-query.ts';

const merchantBody = z.object({
  merchant: z.string(),
  created: z.int().describe('Returns that Loop first told of in the month'),
  received: z.int().describe('Returns whose first receipt came in the month'),
  refunded: z.int().describe('Returns whose refund message Loop accepted in the month'),
  flagged: z.int().describe('Returns whose flag Loop accepted in the month'),
  held: z.int().describe('Returns that were decided in the month, and held'),
  needsAttention: z.int().describe('Returns that need attention now, whenever they came'),
  units: z
    .array(z.object({ disposition: z.string(), units: z.int() }))
    .describe('What the receipts show of the returns that were received in the month'),
  dockToDecision: z
    .object({
      medianSeconds: z.number(),
      p95Seconds: z.number(),
      from: z
        .object({ dock: z.int(), receiving: z.int(), receipt: z.int() })
        .describe('How many were timed from the dock; from the beginning of receiving; from the receipt'),
    })
    .nullable()
    .describe('Of the returns that were decided in the month; null where there is none'),
  differences: z
    .array(z.object({ difference: z.enum(differences), count: z.int(), list: z.string() }))
    .describe('Of the returns that were decided in the month, how Loop has ended them otherwise by now'),
  lists: z
    .object({ created: z.string(), received: z.string(), held: z.string(), needsAttention: z.string() })
    .describe('Where the returns are listed that were counted'),
});
const reportBody = z.object({
  month: z.string(),
  state: z.enum(['over', 'partial']).describe('partial: the month is not over'),
  countedAt: z.iso.datetime(),
  merchants: z.array(merchantBody),
});

/** A month of UTC; no service of this kind is older than the century. */
export const monthName = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'not a month such as 2026-11');
const params = z.object({
  month: monthName.meta({ description: 'A month of UTC that has begun', example: '2026-11' }),
});

/** What became of each merchant's returns in a month. */
export function reportsApi(
  operations: Pick<Operations, 'monthReport'>,
  opsToken: string | null,
  now: () => Date,
): FastifyPluginAsyncZod {
  const read = (month: string) => readReport(operations, month, now());
  const about = {
    tags: ['Ops'],
    security: [{ opsToken: [] }],
    params,
  };
  const answers = { 400: errorAnswer('It is no month, or has not begun.', notBegun()), ...opsAnswers };
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/reports/:month',
      {
        schema: {
          ...about,
          operationId: 'readMonthReport',
          summary: 'A month of each merchant, to reconcile with',
          description:
            'What came, what was decided, how long it took, and which refunds Loop has ended in another way than was decided. Loop publishes no amounts, so there are none.',
          response: {
            200: reportBody.meta({ description: 'The report.', examples: [reportExample] }),
            ...answers,
          },
        },
      },
      async (request) => reportBodyOf(await read(request.params.month)),
    );
    app.get(
      '/api/reports/:month.csv',
      {
        schema: {
          ...about,
          operationId: 'downloadMonthReport',
          summary: 'The same as a CSV file',
          description: 'A line for each merchant; it is written as a list of returns is.',
          response: {
            200: {
              description: 'The file.',
              content: { 'text/csv': { schema: z.string().meta({ example: reportCsvExample }) } },
            },
            ...answers,
          },
        },
      },
      async (request, reply) => {
        return sendReport(await read(request.params.month), reply);
      },
    );
  };
}

/** @throws HttpError 400 where the month has not begun */
export async function readReport(
  operations: Pick<Operations, 'monthReport'>,
  month: string,
  now: Date,
): Promise<MonthReport> {
  if (month > now.toISOString().slice(0, 7)) throw notBegun();
  return operations.monthReport(month);
}

/** Answers with a report as a file. */
export async function sendReport(report: MonthReport, reply: FastifyReply): Promise<FastifyReply> {
  const columns = reportColumns(report);
  const file = csvHead(columns) + csvLines(columns, report.merchants);
  return reply.headers(savedAs('returns-report', report.month)).type(csvType).send(file);
}

const notBegun = () => invalidRequest('month: this month has not begun.');

function reportBodyOf({ merchants, countedAt, ...same }: MonthReport): z.input<typeof reportBody> {
  return {
    ...same,
    countedAt: countedAt.toISOString(),
    merchants: merchants.map((one) => merchantBodyOf(one, same.month)),
  };
}

function merchantBodyOf(one: MerchantMonth, month: string): z.input<typeof merchantBody> {
  const { differs, ...lists } = monthLists(one.merchant, month);
  return {
    ...one,
    units: [...one.units],
    differences: one.differences.map((found) => ({ ...found, list: addressOf(differs(found.difference)) })),
    lists: {
      created: addressOf(lists.created),
      received: addressOf(lists.received),
      held: addressOf(lists.held),
      needsAttention: addressOf(lists.needsAttention),
    },
  };
}

function addressOf(asked: ReturnQuery): string {
  return `/api/returns?${writeReturnQuery(asked)}`;
}
