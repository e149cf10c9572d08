import { type MatchedLine, matchSkus } from './match-skus.ts';
import type { ReceiptPolicy } from './policy.ts';
import type { Receipt, ReceiptLine, ReceivedUnits, Rma } from './return.ts';

/** Units of a SKU in one disposition. */
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

/** What the receipts of a return say, held against its RMA and sorted by the merchant's policy. */
export interface Verdict {
  /**
   * `exception` as soon as one unit is in a disposition that is neither good nor waiting; `missing` where units
   * are only missing; `waiting` where all are there and some are not decided yet.
   */
  readonly kind: 'refundable' | 'exception' | 'missing' | 'waiting';
  /** Exceptions and missing units, with which the return cannot be refunded as it is. */
  readonly findings: readonly Finding[];
  /** Units that the warehouse has not decided on yet. */
  readonly waiting: readonly Finding[];
  /** Units that were asked for and are good. */
  readonly good: readonly Finding[];
  /** Items that were in a parcel but not on the RMA; they never block a refund. */
  readonly extras: readonly Finding[];
  /** Whether what is good is only what the RMA had asked for, without any details: that proves nothing. */
  readonly isEcho: boolean;
}

/** What an RMA asked for, as far as it is judged. */
export type Asked = Pick<Rma, 'lines' | 'receiveInto'>;

/**
 * The rule that moves money: the receipts of a return are refundable only if, for every unit that the RMA asked
 * for, a unit of that SKU was received into a good disposition, and no unit on an RMA line is in any other.
 * @param asked the RMA as this service sent it; the callback's own claim of what was asked is not read
 * @param receipts one for each parcel that counts; the verdict is on their sum
 * @param policy the merchant's, as it was when the RMA was last put on the wire
 */
export function judge(asked: Asked, receipts: readonly Receipt[], policy: ReceiptPolicy): Verdict {
  const unitsAsked = unitsBySku(asked);
  const lines = matchSkus([...unitsAsked.keys()], receipts).flatMap((line) => asJudged(line, policy));
  const linesOf = Map.groupBy(
    lines.filter((line) => line.onRma && unitsAsked.has(line.sku)),
    (line) => line.sku,
  );
  const parts = [...unitsAsked].map(([sku, units]) => judgeSku(sku, units, linesOf.get(sku) ?? [], policy));
  const beside = lines.filter((line) => !line.onRma || !unitsAsked.has(line.sku));
  const exceptions = parts.flatMap((part) => part.exceptions);
  const absent = parts.flatMap((part) => part.absent);
  const waiting = parts.flatMap((part) => part.waiting);
  return {
    kind: kindOf(exceptions, absent, waiting),
    findings: merge(parts.flatMap((part) => [...part.exceptions, ...part.absent])),
    waiting: merge(waiting),
    good: merge(parts.flatMap((part) => part.good)),
    extras: merge([...parts.flatMap((part) => part.extras), ...beside.flatMap(findingsOf)]),
    isEcho: [...linesOf.values()].flat().some((line) => isEchoOf(asked, line, policy)),
  };
}

/**
 * A line under the SKU that it counts for. Units that may be of an item that was asked for, and may be of another, are
 * taken apart: none of them stands in for one that was asked for, and none of them that is not good is passed over.
 */
export function asJudged({ line, maybe }: MatchedLine, policy: ReceiptPolicy): readonly ReceiptLine[] {
  if (maybe === null) return [line];
  const isGood = ({ disposition }: ReceivedUnits) => policy.refund.includes(disposition);
  const [good, others] = [line.received.filter(isGood), line.received.filter((part) => !isGood(part))];
  const shown = others.reduce((sum, { units }) => sum + units, 0);
  const counted = shown + unitsIn(unaccounted(line));
  const apart = [
    ...(good.length > 0 ? [{ ...line, received: good }] : []),
    ...(others.length > 0 || counted > 0 ? [{ ...line, sku: maybe, counted, received: others }] : []),
  ];
  return apart.length > 0 ? apart : [line];
}

function kindOf(
  exceptions: readonly Finding[],
  absent: readonly Finding[],
  waiting: readonly Finding[],
): Verdict['kind'] {
  if (exceptions.length > 0) return 'exception';
  if (absent.length > 0) return 'missing';
  return waiting.length > 0 ? 'waiting' : 'refundable';
}

function judgeSku(sku: string, units: number, lines: readonly ReceiptLine[], policy: ReceiptPolicy) {
  const all = lines.flatMap((line) => [...findingsOf(line), ...unaccounted(line)]);
  const waiting = all.filter(({ disposition }) => policy.wait.includes(disposition));
  const exceptions = all.filter(
    ({ disposition }) => ![...policy.wait, ...policy.refund].includes(disposition),
  );
  const good = lines.reduce((sum, line) => sum + goodUnits(line, policy), 0);
  const undecided = lines.reduce((sum, line) => sum + undecidedUnits(line, policy), 0);
  const found = good + unitsIn(exceptions) + undecided;
  const absent = found < units ? [{ sku, disposition: 'missing', units: units - found, notes: [] }] : [];
  const goodAs = (disposition: string, count: number): Finding[] =>
    count > 0 ? [{ sku, disposition, units: count, notes: [] }] : [];
  return {
    exceptions,
    absent,
    waiting,
    good: goodAs('good', Math.min(good, units)),
    extras: goodAs(goodWordOf(all, policy), good - units),
  };
}

/** The disposition that good units of a SKU are in, for people. */
function goodWordOf(all: readonly Finding[], policy: ReceiptPolicy): string {
  return all.find(({ disposition }) => policy.refund.includes(disposition))?.disposition ?? 'available';
}

/** How many units of each SKU an RMA asks for. */
export function unitsBySku(asked: Asked): Map<string, number> {
  const units = new Map<string, number>();
  for (const line of asked.lines) units.set(line.sku, (units.get(line.sku) ?? 0) + line.units);
  return units;
}

function unitsIn(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + finding.units, 0);
}

/**
 * A line's good units are those that its details show, never more than the warehouse counted: where the two
 * disagree, the smaller number is the one that can be vouched for.
 */
function goodUnits(line: ReceiptLine, policy: ReceiptPolicy): number {
  const shown = line.received
    .filter(({ disposition }) => policy.refund.includes(disposition))
    .reduce((sum, units) => sum + units.units, 0);
  return Math.min(shown, line.counted ?? shown);
}

/**
 * How many of a line's undecided units can be among those that were asked for: as many as the count leaves room for beside
 * the good ones. The others are undecided all the same, and nothing is sent before they are decided.
 */
function undecidedUnits(line: ReceiptLine, policy: ReceiptPolicy): number {
  const shown = unitsIn(findingsOf(line).filter(({ disposition }) => policy.wait.includes(disposition)));
  return line.counted === null ? shown : Math.min(shown, line.counted - goodUnits(line, policy));
}

/** Units that the warehouse counted and then does not show in any status: nobody knows how they are. */
function unaccounted(line: ReceiptLine): Finding[] {
  const shown = line.received.reduce((sum, units) => sum + units.units, 0);
  const units = (line.counted ?? shown) - shown;
  return units > 0 ? [{ sku: line.sku, disposition: 'unaccounted', units, notes: [] }] : [];
}

/**
 * The RMA asked for a good disposition, and the receipt has no details and says just that one.
 */
function isEchoOf({ receiveInto }: Asked, line: ReceiptLine, policy: ReceiptPolicy): boolean {
  if (line.detailed || !policy.refund.includes(receiveInto)) return false;
  return line.received.some(({ disposition, units }) => units > 0 && disposition === receiveInto);
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
    return [{ ...first, units: unitsIn(all), notes: [...new Set(all.flatMap((finding) => finding.notes))] }];
  });
}
