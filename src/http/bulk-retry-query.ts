import type { Actor } from '../audit/audit.ts';
import { mostReturnsAtOnce } from '../bulk-retries/bulk-retry.ts';
import type { Operations } from '../operations/operations.ts';
import type { ReturnFilter } from '../returns-store/return-filter.ts';
import { HttpError, invalidRequest } from './errors.ts';
import { askedFor, type ReturnQuery, returnQuery, writeReturnQuery } from './return-query.ts';

const { sort: _order, ...chosenBy } = returnQuery;
/** By what the returns of a bulk retry are chosen: as in a list, whose order does not matter here. */
export const bulkRetryQuery = chosenBy;

/** Which date is meant leaves all returns by itself. */
const choosing = Object.keys(bulkRetryQuery).filter((name) => name !== 'dated');

/** The returns that are meant, as they were asked for and as they are looked for. */
export interface Chosen {
  readonly asked: Readonly<Record<string, string>>;
  readonly filter: ReturnFilter;
}

/** @throws HttpError 400 where nothing is said, which would mean all returns that there are */
export function chosenReturns(
  query: ReturnQuery,
  operations: Pick<Operations, 'ageingLimits'>,
  now: Date,
): Chosen {
  const asked = Object.fromEntries(writeReturnQuery(query));
  if (Object.keys(asked).every((name) => !choosing.includes(name))) throw nothingSaid();
  return { asked, filter: askedFor(query, operations.ageingLimits(), now).filter };
}

/**
 * Begins a bulk retry that nobody was asked about, or finds the one that has begun under this id.
 * @returns of how many returns it is
 * @throws HttpError where there is none, or where there are too many
 */
export async function beginChosen(
  operations: Pick<Operations, 'bulkRetries'>,
  id: string,
  chosen: Chosen,
  actor: Actor,
): Promise<number> {
  const begun = await operations.bulkRetries.begin({ id, ...chosen, atMost: mostReturnsAtOnce }, actor);
  switch (begun.kind) {
    case 'begun':
    case 'known':
      return begun.total;
    case 'none':
      throw noneLeft();
    case 'too-many':
      throw tooMany();
  }
}

export const nothingSaid = () =>
  invalidRequest(`Say which returns are meant: name at least one of ${choosing.join(', ')}.`);
const tooMany = () =>
  invalidRequest(
    `These are more than ${mostReturnsAtOnce.toLocaleString('en-US')} returns. Narrow it down, for instance with from and to.`,
  );
export const noneLeft = () =>
  new HttpError(
    404,
    'no_such_return',
    'This filter leaves no return that needs attention. Nothing was done.',
  );
export const noSuchRetry = () => new HttpError(404, 'no_such_retry', 'There is no bulk retry with this id.');
export const retryIsOver = () =>
  new HttpError(409, 'retry_is_over', 'This bulk retry is over or is being stopped already.');
