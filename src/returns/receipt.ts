import type { Receipt, ReceiptLine, Rma } from './return.ts';

/** Units that are not what the RMA asked for: damaged, missing, or extra. */
export interface Finding {
  readonly sku: string;
  /** MasonHub's inventory status, or `missing`. */
  readonly disposition: string;
  readonly units: number;
  /** The warehouse's own words. */
  readonly notes: readonly string[];
  /** What a person should know beside them, in our words. */
  readonly aside?: string;
}

export interface Verdict {
  /** `exception` as soon as one unit that was asked for is not available. */
  readonly kind: 'refundable' | 'exception';
  readonly findings: readonly Finding[];
  /** Items that were in the parcel but not on the RMA; they never block a refund. */
  readonly extras: readonly Finding[];
}

/**
 * The rule that moves money: a receipt is refundable only if, for every unit that the RMA asked for,
 * a unit of that SKU was received into `available`, and no unit on an RMA line is in any other status.
 * @param asked the RMA as this service sent it; the callback's own claim of what was asked is not read
 * @param receipt what the warehouse found
 */
export function judge(asked: Rma, receipt: Receipt): Verdict {
  const findings: Finding[] = [];
  const extras: Finding[] = [];
  const unitsAsked = unitsBySku(asked);
  const linesOf = Map.groupBy(
    receipt.lines.filter((line) => line.onRma),
    (line) => line.sku,
  );
  for (const [sku, units] of unitsAsked) {
    const lines = linesOf.get(sku) ?? [];
    const others = lines.flatMap((line) => [
      ...findingsOf(line).filter((finding) => finding.disposition !== 'available'),
      ...unaccounted(line),
    ]);
    const available = lines.reduce((sum, line) => sum + availableUnits(line), 0);
    const found = available + others.reduce((sum, finding) => sum + finding.units, 0);
    findings.push(...others);
    if (found < units) findings.push({ sku, disposition: 'missing', units: units - found, notes: [] });
    if (available > units) {
      extras.push({ sku, disposition: 'available', units: available - units, notes: [] });
    }
  }
  for (const line of receipt.lines) {
    if (!line.onRma || !unitsAsked.has(line.sku)) extras.push(...findingsOf(line));
  }
  const kind = findings.length === 0 ? 'refundable' : 'exception';
  return { kind, findings: merge(findings), extras: merge(extras) };
}

function unitsBySku(asked: Rma): Map<string, number> {
  const units = new Map<string, number>();
  for (const line of asked.lines) units.set(line.sku, (units.get(line.sku) ?? 0) + line.units);
  return units;
}

/**
 * A line's available units are those that its details show, never more than the warehouse counted:
 * where the two disagree, the smaller number is the one that can be vouched for.
 */
function availableUnits(line: ReceiptLine): number {
  const shown = line.received
    .filter((units) => units.disposition === 'available')
    .reduce((sum, units) => sum + units.units, 0);
  return Math.min(shown, line.counted ?? shown);
}

/** Units that the warehouse counted and then does not show in any status: nobody knows how they are. */
function unaccounted(line: ReceiptLine): Finding[] {
  const shown = line.received.reduce((sum, units) => sum + units.units, 0);
  const units = (line.counted ?? shown) - shown;
  return units > 0 ? [{ sku: line.sku, disposition: 'unaccounted', units, notes: [] }] : [];
}

function findingsOf(line: ReceiptLine): Finding[] {
  return line.received
    .filter((units) => units.units > 0)
    .map((units) => ({
      sku: line.sku,
      disposition: units.disposition,
      units: units.units,
      notes: units.note === null ? [] : [units.note],
    }));
}

function merge(findings: readonly Finding[]): Finding[] {
  const alike = Map.groupBy(findings, ({ sku, disposition }) => JSON.stringify([sku, disposition]));
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = [first, ...others];
    const units = all.reduce((sum, finding) => sum + finding.units, 0);
    return [{ ...first, units, notes: [...new Set(all.flatMap((finding) => finding.notes))] }];
  });
}
