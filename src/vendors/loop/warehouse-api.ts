import { z } from 'zod';
import { aDayMs } from '../../config/duration.ts';
import type { Merchant } from '../../config/merchants.ts';
import type { CallResult, MakeCall } from '../../outbound/call.ts';
import type { Failure } from '../../outbound/failure.ts';
import { idText } from '../../parsing/tolerant.ts';
import { type AsnRow, asnRow, type ReturnRecord, returnPage, returnRecord } from './schemas.ts';
import { refusalOr, sorted } from './sort-answer.ts';

/**
 * A span of time in which returns were changed. Loop takes 120 days at most, so 119 are what can be asked for:
 * the ASN report takes whole days.
 */
export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/** The states that Loop's list can be narrowed to, one at a time. */
export type ListedState = 'open' | 'closed' | 'cancelled' | 'expired' | 'review';

export interface ReturnPage {
  readonly kind: 'page';
  readonly returns: readonly ReturnRecord[];
  /** How many entries could not be understood. */
  readonly unreadable: number;
  /** Where the next page begins; null after the last. */
  readonly cursor: string | null;
}

/** What Loop's Warehouse API tells when it is asked, as against what its webhooks tell by themselves. */
export interface WarehouseApi {
  /**
   * Returns changed within a window, a page at a time.
   * @param state null: none is named, and Loop lists those that are open, closed or expired
   */
  listReturns(
    window: Window,
    state: ListedState | null,
    cursor: string | null,
  ): Promise<ReturnPage | Failure>;
  /** The ASN report: line items of the returns in a window, and of others that changed on its first or last day. */
  asnReport(window: Window): Promise<{ readonly kind: 'rows'; readonly rows: readonly AsnRow[] } | Failure>;
  details(
    loopReturnId: string,
  ): Promise<{ readonly kind: 'details'; readonly record: ReturnRecord } | Failure>;
}

const pageSize = '100';

export function warehouseApi(merchant: Merchant, call: MakeCall): WarehouseApi {
  const { apiUrl, apiKey } = merchant.loop;
  const get = (
    endpoint: string,
    path: string,
    query: Record<string, string>,
    returns: readonly string[] = [],
  ) =>
    call({
      endpoint,
      returns: returns.map((id) => ({ loopReturnId: id, name: id })),
      method: 'GET',
      url: `${apiUrl}${path}?${new URLSearchParams(query)}`,
      headers: { 'x-authorization': apiKey },
    });
  const span = (window: Window) => ({ from: window.from.toISOString(), to: window.to.toISOString() });
  return {
    listReturns: async (window, state, cursor) => {
      const paging = {
        filter: 'updated_at',
        ...(state === null ? {} : { state }),
        paginate: 'true',
        pageSize,
        ...(cursor === null ? {} : { cursor }),
      };
      return readPage(await get('list', '/warehouse/return/list', { ...span(window), ...paging }));
    },
    asnReport: async (window) => readAsn(await get('asn', '/warehouse/reporting/asn', daysOf(window))),
    details: async (id) =>
      readDetails(await get('details', '/warehouse/return/details', { return_id: id }, [id])),
  };
}

/**
 * The days that hold the whole window, whether Loop counts the last one in or not. Its examples have dates
 * with times, but integrators found that it reads plain days only, and takes anything else for 1970.
 */
function daysOf({ from, to }: Window): { from: string; to: string } {
  const dayOf = (date: Date) => date.toISOString().slice(0, 10);
  return { from: dayOf(from), to: dayOf(new Date(to.getTime() + aDayMs)) };
}

function readPage(outcome: CallResult): ReturnPage | Failure {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const page = returnPage.safeParse(answer.json);
  if (!page.success || answer.status >= 300) return refusalOr(answer);
  const records = page.data.returns.map((entry) => returnRecord.safeParse(entry));
  const returns = records.flatMap((record) => (record.success ? [record.data] : []));
  return {
    kind: 'page',
    returns,
    unreadable: records.length - returns.length,
    cursor: cursorIn(page.data.nextPageUrl),
  };
}

/** Only the cursor is taken from the link: the key goes to the merchant's own address and nowhere else. */
function cursorIn(link: string | null): string | null {
  if (link === null) return null;
  const [, query] = link.split('?', 2);
  return new URLSearchParams(query ?? '').get('cursor');
}

function readAsn(outcome: CallResult): { kind: 'rows'; rows: readonly AsnRow[] } | Failure {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const rows = z.array(z.unknown()).safeParse(answer.json);
  if (!rows.success || answer.status >= 300) return refusalOr(answer);
  return { kind: 'rows', rows: wholeReturns(rows.data) };
}

const named = z.object({ id: idText });

/** A return of which one row cannot be read must not lose an item: it is left out, and asked for by itself. */
function wholeReturns(entries: readonly unknown[]): AsnRow[] {
  const rows = entries.map((entry) => ({
    row: asnRow.safeParse(entry).data,
    returnId: named.safeParse(entry).data?.id,
  }));
  const broken = new Set(rows.filter(({ row }) => row === undefined).map(({ returnId }) => returnId));
  if (broken.has(undefined)) return [];
  return rows.flatMap(({ row }) => (row === undefined || broken.has(row.returnId) ? [] : [row]));
}

function readDetails(outcome: CallResult): { kind: 'details'; record: ReturnRecord } | Failure {
  const answer = sorted(outcome);
  if (answer.kind !== 'answer') return answer;
  const record = returnRecord.safeParse(answer.json);
  return record.success && answer.status < 300 ? { kind: 'details', record: record.data } : refusalOr(answer);
}
