import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Operations } from '../operations/operations.ts';
import type { PageOfReturns, Position } from '../returns-store/return-filter.ts';
import type { ReturnSummary } from '../returns-store/summary.ts';
import { type CsvColumn, csvHead, csvLines, csvType, savedAs } from './csv.ts';
import { errorAnswer, invalidRequest } from './errors.ts';
import { returnsCsvExample } from './ops-examples.ts';
import { opsAnswers, requireOpsToken } from './ops-token.ts';
import { askedFor, type ReturnQuery, returnQuery, withoutEmptyParameters } from './return-query.ts';

/** A few hundred kilobytes: as much as is in memory of a file, whatever its length. */
const pageSize = 500;

export const returnColumns: readonly CsvColumn<ReturnSummary>[] = [
  { name: 'Merchant', cell: ({ merchant }) => merchant },
  { name: 'Return', cell: ({ loopReturnId }) => loopReturnId },
  { name: 'RMA', cell: ({ rmaNumber }) => rmaNumber },
  { name: 'Order', cell: ({ orderName }) => orderName },
  { name: 'Tracking number', cell: ({ trackingNumber }) => trackingNumber },
  { name: 'Status', cell: ({ status }) => status },
  { name: 'Reason', cell: ({ cause, reason }) => cause ?? reason },
  { name: 'Decision', cell: ({ decision }) => decision?.kind ?? null },
  { name: 'What came', cell: whatCame },
  { name: 'Expected units', cell: ({ expected }) => expected },
  { name: 'Created', cell: ({ createdAt }) => createdAt.toISOString() },
  { name: 'At the dock', cell: ({ dockedAt }) => dockedAt?.toISOString() ?? null },
  { name: 'Received', cell: ({ receivedAt }) => receivedAt?.toISOString() ?? null },
  { name: 'Decided', cell: ({ decidedAt }) => decidedAt?.toISOString() ?? null },
  { name: 'Status since', cell: ({ statusSince }) => statusSince.toISOString() },
];

/** By disposition, such as `2 available, 1 damaged`; empty before the first receipt. */
function whatCame({ came }: ReturnSummary): string | null {
  if (came === null) return null;
  return came.map(({ disposition, units }) => `${units} ${disposition}`).join(', ') || 'nothing';
}

/** Any list of returns as a file. */
export function returnsCsv(
  operations: Pick<Operations, 'returns' | 'ageingLimits'>,
  opsToken: string | null,
  now: () => Date,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.addHook('onRequest', requireOpsToken(opsToken));
    app.get(
      '/api/returns.csv',
      {
        preValidation: withoutEmptyParameters,
        schema: {
          tags: ['Ops'],
          operationId: 'downloadReturns',
          summary: 'A list of returns as a CSV file',
          description:
            'All of the returns that the parameters leave, in UTF-8 with a byte order mark, dates as ISO 8601 in UTC. A cell that would begin as a formula does begins with an apostrophe. If the connection ends before the file does, it is not whole.',
          security: [{ opsToken: [] }],
          querystring: z.strictObject(returnQuery),
          response: {
            200: {
              description: 'The file.',
              // A text that is sent in parts.
              content: {
                'text/csv': { schema: z.unknown().meta({ type: 'string', example: returnsCsvExample }) },
              },
            },
            400: errorAnswer('A parameter is not understood.', invalidRequest('from: Invalid ISO date')),
            ...opsAnswers,
          },
        },
      },
      (request, reply) => sendReturns(operations, request.query, now(), request, reply),
    );
  };
}

/** Answers with all returns that are asked for, page by page. */
export async function sendReturns(
  operations: Pick<Operations, 'returns' | 'ageingLimits'>,
  asked: ReturnQuery,
  now: Date,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { filter, sort } = askedFor(asked, operations.ageingLimits(), now);
  const readPage = (after: Position | undefined) =>
    operations.returns(filter, { sort, after, limit: pageSize });
  // Whatever is wrong shows while it can still be said.
  const first = await readPage(undefined);
  const { merchant, status, overdue } = asked;
  return reply
    .headers(savedAs('returns', merchant, status, overdue, now.toISOString().slice(0, 10)))
    .type(csvType)
    .send(Readable.from(toldOf(linesOf(first, readPage), request), { objectMode: false }));
}

/** Reads a page only when what was written before has been taken; whoever goes away ends it. */
async function* linesOf(
  first: PageOfReturns,
  readPage: (after: Position) => Promise<PageOfReturns>,
): AsyncGenerator<string> {
  yield csvHead(returnColumns);
  for (let page = first; ; page = await readPage(page.next)) {
    if (page.returns.length > 0) yield csvLines(returnColumns, page.returns);
    if (page.next === null) return;
  }
}

/** What fails once the answer has begun is told in the log alone; the stream's end without an end tells the client. */
async function* toldOf(lines: AsyncGenerator<string>, { log }: FastifyRequest): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (err) {
    log.error({ err }, 'a file of returns broke off');
    throw err;
  }
}
