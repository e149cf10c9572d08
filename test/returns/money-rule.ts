import { defaultReceiptPolicy, type ReceiptPolicy } from '../../src/returns/policy.ts';
import type { Receipt, Rma } from '../../src/returns/return.ts';

/**
 * The rule that moves money, written a second time and in another way, to hold the first against it:
 * every received unit is laid on a table, every unit that was asked for takes one of them away, and the
 * table must never run out. Where the rule can be read in two ways, this is the one that pays less.
 */

export interface LineSeen {
  readonly sku: string;
  /** False where the warehouse says that the item was not on the RMA. */
  readonly onRma: boolean;
  /** How many units the warehouse counted; null where it does not say. */
  readonly counted: number | null;
  /** False where there are no `receiving_details`, and the status is all there is. */
  readonly detailed: boolean;
  readonly received: readonly { readonly disposition: string; readonly units: number }[];
}

/** A receipt as MasonHub showed it. A parcel that nobody has opened has none, and is not listed. */
export interface ParcelSeen {
  /** MasonHub's own id of the RMA. */
  readonly key: string;
  readonly packageId: string | null;
  /** Whether MasonHub made the RMA itself, for a parcel that came without one. */
  readonly isBlind: boolean;
  /** `received`; `opened` where MasonHub has said since that it is not; or another. */
  readonly status: string;
  readonly lines: readonly LineSeen[];
}

export interface Case {
  /** What this service put on the wire, never what the callback claims; one line at least. */
  readonly asked: readonly { readonly sku: string; readonly units: number }[];
  /** The status that the RMA asked for. */
  readonly receiveInto: string;
  readonly policy: ReceiptPolicy;
  /** In the order in which they were seen. */
  readonly parcels: readonly ParcelSeen[];
  readonly refundsEnabled: boolean;
  readonly anotherParcelOnItsWay: boolean;
  /** Whether MasonHub was asked once more after the receipt. */
  readonly askedAgain: boolean;
  /** Since units wait or, where none does, since they are only missing. */
  readonly waitedForMs: number;
}

export type Ruling =
  | 'refund'
  | 'hold'
  | 'flag'
  | 'inspecting'
  | 'waitForParcel'
  | 'askAgain'
  | 'person'
  | 'nothingYet';

type Meaning = 'good' | 'waiting' | 'exception';

/** One unit on the table. */
interface Unit {
  /** The SKU as the RMA spells it. */
  readonly of: string;
  readonly meaning: Meaning;
  readonly isVouchedFor: boolean;
}

/** What is to become of a return in this situation. */
export function ruling(situation: Case): Ruling {
  const { policy, waitedForMs, refundsEnabled, askedAgain } = situation;
  const seen = latestOfEach(situation.parcels);
  // What was opened again still shows what is wrong in it.
  const received = seen.filter(({ status }) => status === 'received' || status === 'opened');
  // Before a parcel is received, nothing is decided.
  if (received.length === 0) return 'nothingYet';
  // The sum over all parcels is judged, not each of them.
  const table = layOut(situation, received);
  const has = (meaning: Meaning): boolean => table.some((unit) => unit.meaning === meaning);
  // An exception flags at once, even while other units wait.
  if (has('exception')) return 'flag';
  // A sum that may count a parcel twice does not prove that everything came.
  if (isOneSeenTwice(received)) return 'person';
  const isMissing = !coversAll(situation.asked, table);
  // Units that are merely missing wait only while another parcel is on its way, and only so long. A parcel
  // whose receipt is not finished is one that may hold them.
  const mayStillCome = situation.anotherParcelOnItsWay || seen.length > received.length;
  if (isMissing && !(mayStillCome && waitedForMs < policy.secondParcelForMs)) return 'flag';
  // No exception and units that wait: it waits for the warehouse, and only so long.
  if (has('waiting')) return waitedForMs < policy.waitForMs ? 'inspecting' : 'flag';
  if (isMissing) return 'waitForParcel';
  // Every receipt that counts has to have the status `received`.
  if (seen.some(({ status }) => status !== 'received')) return 'nothingYet';
  // An echo proves nothing: MasonHub is asked once more, and then a person has to look.
  if (!policy.trustRequestedStatus && echoes(situation, received)) return askedAgain ? 'person' : 'askAgain';
  return refundsEnabled ? 'refund' : 'hold';
}

/** Of two receipts under one key, the later one replaces the earlier, whatever either says. */
function latestOfEach(parcels: readonly ParcelSeen[]): readonly ParcelSeen[] {
  return parcels.filter((parcel, at) => !parcels.slice(at + 1).some((later) => later.key === parcel.key));
}

/** A named and a blind receipt of one package are one parcel, seen twice. */
function isOneSeenTwice(received: readonly ParcelSeen[]): boolean {
  const named = received.filter((parcel) => !parcel.isBlind);
  const blind = received.filter((parcel) => parcel.isBlind);
  return named.some(
    ({ packageId }) => packageId !== null && blind.some((one) => one.packageId === packageId),
  );
}

function layOut(situation: Case, received: readonly ParcelSeen[]): readonly Unit[] {
  return received.flatMap((parcel) =>
    parcel.lines.flatMap((line) => {
      const of = itemOf(line, parcel, situation.asked);
      // An extra item is not on the table: it stands in for nothing and blocks nothing.
      if (of === null) return [];
      const units = unitsOf(line, of, situation.policy);
      // It stands in for nothing then, and what is wrong with it blocks.
      return isInDoubt(line, of, received) ? units.filter(({ meaning }) => meaning !== 'good') : units;
    }),
  );
}

function unitsOf(line: LineSeen, of: string, policy: ReceiptPolicy): readonly Unit[] {
  const shown = line.received.flatMap(({ disposition, units }) => times(units, disposition));
  const counted = line.counted ?? shown.length;
  return [
    // Where fewer units were counted than are shown, only that many can be vouched for. The others still
    // show where units of this line went.
    ...shown.map((disposition, nth) => ({
      of,
      meaning: meaningOf(disposition, policy),
      isVouchedFor: nth < counted,
    })),
    // A unit that was counted and is then in no status at all could be in any.
    ...times<Unit>(counted - shown.length, { of, meaning: 'exception', isVouchedFor: true }),
  ];
}

/**
 * Every word that is in neither list, known or not, is an exception. A word that is in both waits: no money
 * moves on a doubt.
 */
function meaningOf(disposition: string, policy: ReceiptPolicy): Meaning {
  if (policy.wait.includes(disposition)) return 'waiting';
  return policy.refund.includes(disposition) ? 'good' : 'exception';
}

/** Every unit that was asked for takes one off the table that is vouched for. */
function coversAll(asked: Case['asked'], table: readonly Unit[]): boolean {
  const left = table.filter((unit) => unit.isVouchedFor).map((unit) => unit.of);
  for (const sku of asked.flatMap((line) => times(line.units, line.sku))) {
    const at = left.indexOf(sku);
    if (at === -1) return false;
    left.splice(at, 1);
  }
  return true;
}

/** Which of the items that were asked for a line is about; null for an extra item. */
function itemOf(line: LineSeen, parcel: ParcelSeen, asked: Case['asked']): string | null {
  // MasonHub's own RMA for a blind parcel cannot know what was on ours, so its SKUs alone tell.
  if (!line.onRma && !parcel.isBlind) return null;
  const skus = [...new Set(asked.map((one) => one.sku))];
  if (skus.includes(line.sku)) return line.sku;
  // A SKU that differs in letter case or outer space only is the same item...
  const [alike, another] = skus.filter((sku) => plain(sku) === plain(line.sku));
  // ...but never where two SKUs of the RMA differ only in that.
  return alike === undefined || another !== undefined ? null : alike;
}

/** Where another line, in whichever parcel, has the RMA's own spelling, nobody knows whether this is the same item. */
function isInDoubt(line: LineSeen, of: string, received: readonly ParcelSeen[]): boolean {
  return line.sku !== of && received.some((one) => one.lines.some(({ sku }) => sku === of));
}

/**
 * A line of an item that was asked for echoes where it has no details and shows the status that the RMA asked
 * for. One such line is enough: details beside it say nothing of its units. That the status is a good one need
 * not be asked here: any other has been ruled on before.
 */
function echoes({ asked, receiveInto }: Case, received: readonly ParcelSeen[]): boolean {
  return received.some((parcel) =>
    parcel.lines.some((line) => {
      const of = itemOf(line, parcel, asked);
      if (line.detailed || of === null || isInDoubt(line, of, received)) return false;
      return line.received.some(({ disposition, units }) => units > 0 && disposition === receiveInto);
    }),
  );
}

function plain(sku: string): string {
  return sku.trim().toLowerCase();
}

function times<T>(count: number, one: T): T[] {
  return Array.from({ length: Math.max(0, count) }, () => one);
}

/**
 * Whether one whole receipt, with details and final at once, refunds by the policy of before: only `available`
 * is good, and nothing waits.
 */
export function mayRefund(asked: Rma, receipt: Receipt): boolean {
  const parcel: ParcelSeen = {
    key: asked.rmaNumber,
    packageId: asked.packageId,
    isBlind: false,
    status: 'received',
    lines: receipt.lines.map((line) => ({ ...line, detailed: true })),
  };
  const said = ruling({
    asked: asked.lines,
    receiveInto: asked.receiveInto,
    policy: { ...defaultReceiptPolicy, wait: [] },
    parcels: [parcel],
    refundsEnabled: true,
    anotherParcelOnItsWay: false,
    askedAgain: false,
    waitedForMs: 0,
  });
  return said === 'refund';
}

/**
 * Lines as they count for what Loop has by now: of an item of which the RMA had fewer, the warehouse says of those beyond
 * them that they were not on it.
 */
export function linesOfNow<Line extends Pick<LineSeen, 'sku' | 'onRma'>>(
  lines: readonly Line[],
  before: Case['asked'],
  now: Case['asked'],
): Line[] {
  const unitsIn = (asked: Case['asked'], sku: string) =>
    asked.filter((one) => one.sku === sku).reduce((sum, { units }) => sum + units, 0);
  return lines.map((line) =>
    unitsIn(now, line.sku) > unitsIn(before, line.sku) ? { ...line, onRma: true } : line,
  );
}
