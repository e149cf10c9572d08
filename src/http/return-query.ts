import type { preValidationAsyncHookHandler } from 'fastify';
import { z } from 'zod';
import { type AgeingLimits, ageingStages } from '../config/ageing.ts';
import { aDayMs } from '../config/duration.ts';
import { storable } from '../parsing/tolerant.ts';
import { differences } from '../returns/difference.ts';
import { outcomeKinds, statuses } from '../returns/return.ts';
import { searchTerm } from '../returns/search-terms.ts';
import {
  type ReturnFilter,
  type ReturnSort,
  returnDates,
  returnSorts,
} from '../returns-store/return-filter.ts';
import { returnExample } from './ops-examples.ts';

const text = z.string().transform(storable);
const day = z.iso.date('not a day such as 2026-11-26');
/** What looks like a search and leaves every return, such as a lone `#`, would have a bulk retry take all of them. */
const beginning = z
  .string()
  .trim()
  .min(1)
  .max(250)
  .transform(storable)
  .refine((q) => searchTerm(q) !== '', 'nothing in it can be looked for');

/** The parameters by which the API, the console and what is downloaded say which returns they mean. */
export const returnQuery = {
  merchant: text.optional().meta({ description: 'Only this merchant’s', example: 'acme' }),
  status: z
    .enum(statuses)
    .optional()
    .meta({ description: 'Only those in this status', example: returnExample.status }),
  q: beginning.optional().meta({
    description: 'What a return id, an order name, a tracking number or a SKU begins with',
    example: returnExample.orderName,
  }),
  cause: text
    .optional()
    .meta({ description: 'Only those that need attention for this, word for word', example: 'SKU unknown' }),
  decision: z
    .enum(outcomeKinds)
    .optional()
    .meta({ description: 'Only those of which this was decided', example: 'flag' }),
  overdue: z
    .enum(ageingStages)
    .optional()
    .meta({ description: 'Only those that stand still here for longer than they should', example: 'dock' }),
  differs: z.enum(differences).optional().meta({
    description: 'Only those that Loop has ended in this way, which is not what was decided',
    example: 'flag-closed',
  }),
  dated: z.enum(returnDates).optional().meta({
    description:
      'Which date from and to are about, and newest and oldest; created unless given. Those without it are left out',
    example: 'created',
  }),
  from: day.optional().meta({ description: 'On this day or later, in UTC', example: '2026-11-01' }),
  to: day.optional().meta({ description: 'On this day or earlier, in UTC', example: '2026-11-30' }),
  sort: z.enum(returnSorts).optional().meta({
    description:
      'By that date (newest, oldest) or by since when they have their status, or stand still (longest, latest)',
    example: 'newest',
  }),
};
const query = z.object(returnQuery);
export type ReturnQuery = z.output<typeof query>;

/** What such parameters ask for. Without a sort, what is overdue comes longest first, all else newest first. */
export function askedFor(
  { overdue, from, to, sort, ...same }: ReturnQuery,
  limits: AgeingLimits,
  now: Date,
): { filter: ReturnFilter; sort: ReturnSort } {
  return {
    filter: {
      ...same,
      standing:
        overdue === undefined
          ? undefined
          : { stage: overdue, since: new Date(now.getTime() - limits[overdue]) },
      from: from === undefined ? undefined : new Date(from),
      before: to === undefined ? undefined : new Date(Date.parse(to) + aDayMs),
    },
    sort: sort ?? (overdue === undefined ? 'newest' : 'longest'),
  };
}

/** The same parameters as the query of an address, in one order, so that the same list has one address. */
export function writeReturnQuery(asked: ReturnQuery): URLSearchParams {
  const names = query.keyof().options;
  return new URLSearchParams(
    names.flatMap((name): [string, string][] => (asked[name] === undefined ? [] : [[name, asked[name]]])),
  );
}

/**
 * A parameter that is given and empty counts as one that is not given, as in `?merchant=&status=attention`. It is for
 * what only reads: an empty parameter that leaves everything must not choose what something is done to.
 */
export const withoutEmptyParameters: preValidationAsyncHookHandler = async (request) => {
  request.query = Object.fromEntries(Object.entries(request.query ?? {}).filter(([, value]) => value !== ''));
};
