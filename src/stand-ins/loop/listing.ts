import type { Reply, VendorRequest } from '../desk.ts';
import type { JsonObject } from '../json.ts';
import { customer } from '../personal-data.ts';
import { listedLabels } from './label-payload.ts';
import { labelUrl, type StandInLabel, shownLabel } from './labels.ts';
import { editedAt, shownItems, totalOf } from './return-payload.ts';
import type { StandInReturn } from './returns.ts';
import { date, type PayloadStyle } from './style.ts';
import { invalid, listWindow } from './windows.ts';

/** Whether the list's rows have `line_items` and `labels`: Loop's description leaves them out, its example has them. */
export type ListItems = 'left out' | 'shown';

const STATES = ['open', 'closed', 'cancelled', 'expired', 'review'];
const STATES_BY_DEFAULT = ['open', 'closed', 'expired'];
const USUAL_PAGE_SIZE = 50;

/** How a row of the list is written. */
interface RowRules {
  style: PayloadStyle;
  items: ListItems;
}

/** `GET /warehouse/return/list`. `listUrl` is the address that the next page's link starts with. */
export function listReturns(
  all: Iterable<StandInReturn>,
  { query }: VendorRequest,
  listUrl: string,
  rules: RowRules,
): Reply {
  const { from, to, filter = 'created_at', state, paginate, pageSize } = query;
  const window = listWindow(from, to);
  if ('problem' in window) return invalid(window.field, window.problem);
  if (filter !== 'created_at' && filter !== 'updated_at')
    return invalid('filter', 'The selected filter is invalid.');
  if (state !== undefined && !STATES.includes(state))
    return invalid('state', 'The selected state is invalid.');

  const states = state === undefined ? STATES_BY_DEFAULT : [state];
  const found = [...all].filter((one) => {
    const at = (filter === 'created_at' ? one.createdAt : one.changedAt).getTime();
    return at >= window.from && at <= window.to && states.includes(plainState(one.state));
  });
  if (paginate !== 'true' && paginate !== '1') {
    return { status: 200, body: found.map((one) => listRow(one, rules)) };
  }
  const size = Math.max(1, Number(pageSize ?? USUAL_PAGE_SIZE) || USUAL_PAGE_SIZE);
  return { status: 200, body: page(found, size, query, listUrl, rules) };
}

/** The documented word for a state, whichever way it is spelled. Of any other word no list knows. */
export function plainState(state: string): string {
  const word = state.toLowerCase().replaceAll(' ', '_');
  if (word === 'canceled') return 'cancelled';
  return word === 'in_review' || word === 'needs_review' ? 'review' : word;
}

// A cursor holds the last sequence number of every page before, so that it leads back as well as on.
function page(
  found: StandInReturn[],
  size: number,
  query: Record<string, string>,
  listUrl: string,
  rules: RowRules,
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
    returns: shown.map((one) => listRow(one, rules)),
    nextPageUrl: last && rest.length > size ? link([...visited, last.sequence]) : null,
    previousPageUrl: visited.length > 0 ? link(visited.slice(0, -1)) : null,
  };
}

function visitedOf({ cursor }: Record<string, string>): number[] {
  const text = Buffer.from(cursor ?? '', 'base64url').toString();
  return text === '' ? [] : text.split('.').map(Number);
}

function listRow(about: StandInReturn, { style, items }: RowRules): JsonObject {
  const total = totalOf(about);
  const label = shownLabel(about.labels);
  return {
    id: about.id,
    state: about.state,
    created_at: date(about.createdAt, style),
    updated_at: date(about.updatedAt, style),
    edited_at: editedAt(about, style),
    total,
    outcome: 'refund',
    order_id: about.orderId,
    order_name: about.orderName,
    provider_order_id: about.providerOrderId,
    customer: customer.email,
    currency: 'USD',
    refund: total,
    type: about.method === 'inStore' ? 'pos' : 'online',
    refund_before_inspection: false,
    was_processed: about.wasProcessed,
    return_method: { name: about.method, rma_code: rmaCode(about) },
    package_reference: about.packageReference,
    ...labelColumns(label),
    label_url: label === undefined ? null : labelUrl(label),
    label_updated_at: label === undefined ? null : date(label.updatedAt, style),
    destination_id: about.destinationId === null ? null : String(about.destinationId),
    ...(items === 'shown'
      ? { line_items: shownItems(about, style), labels: listedLabels(about, style) }
      : {}),
  };
}

/** What a shopper shows where a return is dropped off without a label. */
export function rmaCode(about: StandInReturn): string | null {
  return about.method === 'happyReturns' ? `HRJYTQ${about.sequence}` : null;
}

/** A label as the API's rows show it. */
export function labelColumns(label: StandInLabel | undefined): JsonObject {
  return {
    carrier: label?.carrier ?? '',
    tracking_number: label?.trackingNumber ?? 'N/A',
    label_status: label?.status ?? 'pending',
  };
}
