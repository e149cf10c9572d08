import { matchSkus } from '../../returns/match-skus.ts';
import { askedRma } from '../../returns/own-parcel.ts';
import { asJudged, type Finding, judge } from '../../returns/receipt.ts';
import type { ReceiptLine, Return, RmaLine } from '../../returns/return.ts';
import { policyOf } from '../../returns/ruling.ts';

/** One SKU: what was asked for, what was in each parcel, and how that differs. */
export interface ComparedSku {
  readonly sku: string;
  /** None where it was not asked for. */
  readonly asked: readonly RmaLine[];
  /** For each receipt, in their order. */
  readonly came: readonly (readonly ReceiptLine[])[];
  /** What is not as it was asked for; empty where all is, or nothing has come. */
  readonly differences: readonly SkuDifference[];
}

export interface SkuDifference {
  readonly kind: 'exception' | 'waiting' | 'extra';
  readonly units: number;
  /** The warehouse's word, or `missing`. */
  readonly disposition: string;
}

/** Lays the receipts of a return beside what its RMA asked for, under the SKUs of the RMA. */
export function compareParcels(facts: Return): ComparedSku[] {
  const lines = askedLines(facts);
  const askedSkus = [...new Set(lines.map(({ sku }) => sku))];
  const parcels = linesUnder(askedSkus, facts);
  const skus = new Set([...askedSkus, ...parcels.flat().map(({ sku }) => sku)]);
  const differences = differencesOf(facts);
  return [...skus].map((sku) => ({
    sku,
    asked: lines.filter((line) => line.sku === sku),
    came: parcels.map((parcel) => parcel.filter((line) => line.sku === sku)),
    differences: differences.get(sku) ?? [],
  }));
}

function askedLines(facts: Return): readonly RmaLine[] {
  return askedRma(facts)?.lines ?? [];
}

/** The lines of each receipt, whatever the warehouse writes the SKUs like. */
function linesUnder(skus: readonly string[], facts: Return): ReceiptLine[][] {
  const matched = matchSkus(skus, facts.receipts);
  const policy = policyOf(facts);
  let next = 0;
  return facts.receipts.map(({ lines }) => {
    const from = next;
    next += lines.length;
    return matched.slice(from, next).flatMap((line) => asJudged(line, policy));
  });
}

function differencesOf(facts: Return): Map<string, SkuDifference[]> {
  const { confirmed, receipts } = facts;
  if (confirmed === null || receipts.length === 0) return new Map();
  const { findings, waiting, extras } = judge(confirmed, receipts, policyOf(facts));
  const as = (kind: SkuDifference['kind']) => (finding: Finding) => ({ ...finding, kind });
  const all = [...findings.map(as('exception')), ...waiting.map(as('waiting')), ...extras.map(as('extra'))];
  return Map.groupBy(all, ({ sku }) => sku);
}
