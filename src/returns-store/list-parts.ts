import { sql } from 'kysely';
import {
  type ReturnFilter,
  type ReturnSort,
  type ReturnsPage,
  type SortKey,
  sortedBy,
} from './return-filter.ts';
import type { summariesOf } from './summary.ts';

/** Of whatever is then done with the returns that it finds. */
export type Query = ReturnType<typeof summariesOf>;

const columns = {
  created: 'r.created_at',
  received: 'r.received_at',
  decided: 'r.decided_at',
  status: 'r.status_since',
  standing: 'r.ageing_since',
} as const satisfies Record<SortKey, string>;

/** Leaves only the returns that a filter is for; what it searches for is not looked at. */
export function leaving(query: Query, filter: ReturnFilter): Query {
  const { merchant, status, cause, decision, differs, standing, dated = 'created', from, before } = filter;
  const date = columns[dated];
  return query
    .$if(merchant !== undefined, (left) => left.where('r.merchant', '=', merchant ?? ''))
    .$if(status !== undefined, (left) => left.where('r.status', '=', status ?? ''))
    .$if(cause !== undefined, (left) => left.where('r.cause', '=', cause ?? ''))
    .$if(decision !== undefined, (left) => left.where('r.decision', '=', decision ?? ''))
    .$if(differs !== undefined, (left) => left.where('r.differs', '=', differs ?? ''))
    .$if(dated !== 'created', (left) => left.where(date, 'is not', null))
    .$if(from !== undefined, (left) => left.where(date, '>=', from ?? new Date(0)))
    .$if(before !== undefined, (left) => left.where(date, '<', before ?? new Date(0)))
    .$if(standing !== undefined, (left) =>
      left
        .where('r.ageing_stage', '=', standing?.stage ?? '')
        .where('r.ageing_since', '<', standing?.since ?? new Date(0)),
    );
}

/** What comes after the page before. */
export function beyond(query: Query, filter: ReturnFilter, { sort, after }: ReturnsPage): Query {
  if (after === undefined) return query;
  const by = columns[sortedBy(filter, sort)];
  return query.where((eb) =>
    eb(
      eb.refTuple(by, 'r.merchant', 'r.loop_return_id'),
      isDescending(sort) ? '<' : '>',
      eb.tuple(after.at, after.merchant, after.loopReturnId),
    ),
  );
}

/** In the order of the list. */
export function inOrder(query: Query, filter: ReturnFilter, { sort }: ReturnsPage): Query {
  const direction = isDescending(sort) ? 'desc' : 'asc';
  return query
    .orderBy(columns[sortedBy(filter, sort)], direction)
    .orderBy('r.merchant', direction)
    .orderBy('r.loop_return_id', direction);
}

export const isDescending = (sort: ReturnSort) => sort === 'newest' || sort === 'latest';

/** The moment that the list is sorted by. */
export const placeIn = (filter: ReturnFilter, { sort }: ReturnsPage) =>
  sql.ref<Date>(columns[sortedBy(filter, sort)]);
