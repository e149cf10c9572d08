import { type Merchant, normaliseReason, type ReasonCode } from '../../config/merchants.ts';
import type { Failure } from '../../outbound/failure.ts';
import { itemsIn } from './schemas.ts';
import type { WarehouseApi } from './warehouse-api.ts';

/** A reason that shoppers gave, as often as they did within the time that was looked at. */
export interface UsedReason {
  readonly reason: string;
  readonly parent: string | null;
  readonly items: number;
  /** The code that its items go out with; null: no line of the mapping covers it, so it goes out as `other`. */
  readonly code: ReasonCode | null;
}

export interface Examples {
  readonly reason: string;
  readonly items: number;
  /** Returns that have an item with this reason. */
  readonly returnIds: readonly string[];
}

/** Of how many returns with one reason the parent is looked up: the report does not show it. */
const examplesOfEach = 3;
/** Loop takes 300 requests a minute from one key, and the service at work needs them. */
const mostLookups = 60;

/** Counts reasons that differ only in letter case and outer spaces together, the most frequent first. */
export function countReasons(
  rows: readonly { readonly returnId: string; readonly item: { readonly return_reason: string | null } }[],
): Examples[] {
  const found = new Map<string, { reason: string; items: number; returnIds: Set<string> }>();
  for (const { returnId, item } of rows) {
    if (item.return_reason === null) continue;
    const key = normaliseReason(item.return_reason);
    const entry = found.get(key) ?? { reason: item.return_reason, items: 0, returnIds: new Set() };
    entry.items += 1;
    entry.returnIds.add(returnId);
    found.set(key, entry);
  }
  return [...found.values()]
    .map(({ reason, items, returnIds }) => ({ reason, items, returnIds: [...returnIds] }))
    .toSorted((one, other) => other.items - one.items || one.reason.localeCompare(other.reason, 'en'));
}

/** The mapping's answer for a reason and its parent, as the RMA's lines get it. */
export function codeFor(
  mapping: Merchant['returnReasons'],
  reason: string,
  parent: string | null,
): ReasonCode | null {
  const own = mapping.get(normaliseReason(reason));
  return own ?? (parent === null ? null : (mapping.get(normaliseReason(parent)) ?? null));
}

export type Usage = { readonly kind: 'used'; readonly reasons: readonly UsedReason[] } | Failure;

/**
 * Asks Loop which reasons were used since a moment.
 * @param wantsParents for which reasons the parent is looked up, where it costs a request
 */
export async function usedReasons(
  api: WarehouseApi,
  mapping: Merchant['returnReasons'],
  window: { readonly from: Date; readonly to: Date },
  wantsParents: (reason: string) => boolean,
): Promise<Usage> {
  const report = await api.asnReport(window);
  if (report.kind !== 'rows') return report;
  let lookups = mostLookups;
  const reasons: UsedReason[] = [];
  for (const { reason, items, returnIds } of countReasons(report.rows)) {
    const asked = wantsParents(reason) ? returnIds.slice(0, Math.min(examplesOfEach, lookups)) : [];
    lookups -= asked.length;
    const parent = await parentOf(api, reason, asked);
    reasons.push({ reason, parent, items, code: codeFor(mapping, reason, parent) });
  }
  return { kind: 'used', reasons };
}

/** The first parent that a return shows; one that cannot be looked up shows none. */
async function parentOf(
  api: WarehouseApi,
  reason: string,
  returnIds: readonly string[],
): Promise<string | null> {
  for (const id of returnIds) {
    const found = await api.details(id);
    if (found.kind !== 'details') continue;
    const item = itemsIn(found.record).find(
      ({ return_reason, parent_return_reason }) =>
        return_reason !== null &&
        normaliseReason(return_reason) === normaliseReason(reason) &&
        parent_return_reason !== null,
    );
    if (item !== undefined) return item.parent_return_reason;
  }
  return null;
}
