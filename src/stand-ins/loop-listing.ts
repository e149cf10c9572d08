import type { Answer, VendorRequest } from './http-server.ts';
import type { JsonObject } from './json.ts';
import { date, type PayloadStyle, totalOf } from './loop-payloads.ts';
import type { StandInReturn } from './loop-returns.ts';

const DAY = 24 * 60 * 60 * 1000;
const LONGEST_WINDOW = 120 * DAY;
const STATES = ['open', 'closed', 'cancelled', 'expired', 'review'];
const USUAL_PAGE_SIZE = 50;

interface Window {
  from: number;
  to: number;
}

/** `GET /warehouse/return/list`. `listUrl` is the address that the next page's link starts with. */
export function listReturns(
  all: Iterable<StandInReturn>,
  { query }: VendorRequest,
  listUrl: string,
  style: PayloadStyle,
): Answer {
  const { from, to, filter = 'created_at', state, paginate, pageSize } = query;
  const window = windowOf(from, to);
  if ('problem' in window) return invalid(window.field, window.problem);
  if (filter !== 'created_at' && filter !== 'updated_at')
    return invalid('filter', 'The selected filter is invalid.');
  if (state !== undefined && !STATES.includes(state))
    return invalid('state', 'The selected state is invalid.');

  const found = [...all].filter((one) => {
    const at = (filter === 'created_at' ? one.createdAt : one.changedAt).getTime();
    return at >= window.from && at <= window.to && (state === undefined || one.state === state);
  });
  if (paginate !== 'true' && paginate !== '1') {
    return { status: 200, body: found.map((one) => listRow(one, style)) };
  }
  const size = Math.max(1, Number(pageSize ?? USUAL_PAGE_SIZE) || USUAL_PAGE_SIZE);
  return { status: 200, body: page(found, size, query, listUrl, style) };
}

// A cursor holds the last sequence number of every page before, so that it leads back as well as on.
function page(
  found: StandInReturn[],
  size: number,
  query: Record<string, string>,
  listUrl: string,
  style: PayloadStyle,
): JsonObject {
  const visited = visitedOf(query);
  const rest = found.filter((one) => one.sequence > (visited.at(-1) ?? 0));
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  const link = (positions: number[]) => {
    const cursor = Buffer.from(positions.join('.')).toString('base64url');
    return `${listUrl}?${new URLSearchParams({ ...query, cursor })}`;
  };
  return {
    returns: shown.map((one) => listRow(one, style)),
    nextPageUrl: last && rest.length > size ? link([...visited, last.sequence]) : null,
    previousPageUrl: visited.length > 0 ? link(visited.slice(0, -1)) : null,
  };
}

function visitedOf({ cursor }: Record<string, string>): number[] {
  const text = Buffer.from(cursor ?? '', 'base64url').toString();
  return text === '' ? [] : text.split('.').map(Number);
}

function listRow(about: StandInReturn, style: PayloadStyle): JsonObject {
  const total = totalOf(about);
  return {
    id: about.id,
    state: about.state,
    created_at: date(about.createdAt, style),
    updated_at: date(about.editedAt, style),
    total,
    order_id: about.orderId,
    order_name: about.orderName,
    provider_order_id: about.providerOrderId,
    currency: 'USD',
    refund: total,
    ...labelColumns(about),
    label_url: null,
    destination_id: about.destinationId === null ? null : String(about.destinationId),
  };
}

/** `GET /warehouse/reporting/asn`: one row for each line item. */
export function asnReport(
  all: Iterable<StandInReturn>,
  { query }: VendorRequest,
  style: PayloadStyle,
): Answer {
  const { from, to } = query;
  const window = windowOf(from, to);
  if ('problem' in window) return invalid(window.field, window.problem);
  const found = [...all].filter(({ changedAt }) => +changedAt >= window.from && +changedAt <= window.to);
  return { status: 200, body: found.flatMap((one) => asnRows(one, style)) };
}

function asnRows(about: StandInReturn, style: PayloadStyle): JsonObject[] {
  return about.lineItems.map((item) => ({
    id: Number(about.id),
    return_line_item_id: item.lineItemId,
    order_id: about.orderId,
    order_name: about.orderName,
    state: about.state,
    title: `The product ${item.sku}`,
    sku: item.sku,
    barcode: '',
    ...labelColumns(about),
    return_reason: item.reason ?? null,
    destination_id: item.destinationId ?? about.destinationId,
    outcome: 'refund',
    currency: 'USD',
    created_at: date(about.createdAt, style),
    updated_at: date(about.editedAt, style),
    closed_at: about.closedAt === null ? null : date(about.closedAt, style),
  }));
}

function labelColumns(about: StandInReturn): JsonObject {
  const label = about.labels.at(-1);
  return {
    carrier: label?.carrier ?? '',
    tracking_number: label?.trackingNumber ?? 'N/A',
    label_status: label?.status ?? 'pending',
  };
}

function windowOf(
  from: string | undefined,
  to: string | undefined,
): Window | { field: string; problem: string } {
  const end = to === undefined ? Date.now() : timeOf(to);
  if (Number.isNaN(end)) return { field: 'to', problem: 'The to is not a valid date.' };
  const start = from === undefined ? end - DAY : timeOf(from);
  if (Number.isNaN(start)) return { field: 'from', problem: 'The from is not a valid date.' };
  if (end - start > LONGEST_WINDOW)
    return { field: 'from', problem: 'The date range must not exceed 120 days.' };
  return { from: start, to: end };
}

// Without a zone Loop means UTC, which is not what Date.parse takes it for.
function timeOf(text: string): number {
  const iso = text.trim().replace(' ', 'T');
  return Date.parse(/T[\d:.]+$/.test(iso) ? `${iso}Z` : iso);
}

function invalid(field: string, problem: string): Answer {
  return { status: 422, body: { message: problem, errors: { [field]: [problem] } } };
}
