import type { Reply, VendorRequest } from '../desk.ts';
import { lineFields, rmaFields } from './lines.ts';
import type { RmaBook } from './rmas.ts';

const USUAL_LIMIT = 30;
const HIGHEST_LIMIT = 100;
const HIGHEST_IDS = 30;

/** How many identifiers `cid` may hold: one as published, or several with commas between. */
export type CidMeaning = 'one' | 'list';

/** `GET /rmas`. */
export function listRmas(book: RmaBook, cidMeaning: CidMeaning, { query }: VendorRequest): Reply {
  const { cid, id, status = 'all', sdt, edt } = query;
  const { limit: limitText = USUAL_LIMIT, offset: offsetText = 0 } = query;
  const [limit, offset] = [Number(limitText), Number(offsetText)];
  const list_type = (query['list_type'] ?? 'detail').toLowerCase();
  const [from, to] = [timeOf(sdt, Number.NEGATIVE_INFINITY), timeOf(edt, Number.POSITIVE_INFINITY)];
  const isPage = isWholeFrom(1, limit) && limit <= HIGHEST_LIMIT && isWholeFrom(0, offset);
  if (!isPage || Number.isNaN(from) || Number.isNaN(to) || !['detail', 'summary'].includes(list_type))
    return { status: 400, body: { message: 'One or more parameters were bad.' } };
  const ids = id === undefined ? null : id.split(',');
  if (ids !== null && ids.length > HIGHEST_IDS) return tooManyIds(ids.length);

  const numbers = cid === undefined ? null : cidMeaning === 'list' ? cid.split(',') : [cid];
  const found = book.all.filter(
    (rma) =>
      (numbers === null || (rma.customerIdentifier !== null && numbers.includes(rma.customerIdentifier))) &&
      (ids === null || ids.includes(rma.id)) &&
      (status === 'all' || status === rma.status) &&
      rma.createdAt.getTime() >= from &&
      rma.createdAt.getTime() <= to,
  );
  const data = found
    .slice(offset, offset + limit)
    .map((rma) =>
      list_type === 'detail' ? { ...rmaFields(rma), line_items: lineFields(rma) } : rmaFields(rma),
    );
  return { status: 200, body: { limit, offset, list_type, data } };
}

function isWholeFrom(least: number, value: number): boolean {
  return Number.isInteger(value) && value >= least;
}

function timeOf(text: string | undefined, open: number): number {
  return text === undefined ? open : Date.parse(text);
}

function tooManyIds(provided: number): Reply {
  const details = { field: 'id', max_allowed: HIGHEST_IDS, provided };
  const error = { code: 'INVALID_PARAMETER', message: 'Too many identifiers provided', details };
  return { status: 400, body: { error } };
}
