import type { ReceiptPolicy } from '../../src/returns/policy.ts';
import type { UnitsInHand } from '../../src/stand-ins/masonhub/receiving.ts';
import { type ParcelSeen, type Ruling, ruling } from '../returns/money-rule.ts';
import type { ShopRules } from './merchants.ts';
import type { Act, PlannedReturn } from './plan.ts';

/** Several parcels, some with several receipts, and what they come to. */

interface Unit {
  readonly sku: string;
  readonly status: string;
}

type ReceiptAct = Extract<Act, { readonly do: 'receive' | 'receiveBlind' | 'receiveBox' }>;

/** The units of all parcels of a return, each with the status that the last receipt of its parcel tells of it. */
export function unitsOf(planned: PlannedReturn, shop: ShopRules): readonly Unit[] {
  const last = new Map(receiptsIn(planned).map((act) => [keyOf(act), act]));
  return [...last.values()].flatMap((act) => unitsIn(act, shop));
}

export function receiptsIn({ acts }: PlannedReturn): readonly ReceiptAct[] {
  return acts.filter((act) => act.do === 'receive' || act.do === 'receiveBlind' || act.do === 'receiveBox');
}

/** What becomes of a return: the last ruling, unless a parcel came after one that had decided already. */
export type ParcelEnd = Ruling | 'changed after the decision';

/**
 * @param skus what the parcels were to hold, one unit each
 * @param policy the one that judges
 */
export function endOf(
  planned: PlannedReturn,
  shop: ShopRules,
  policy: ReceiptPolicy,
  skus: readonly string[],
): ParcelEnd {
  const receipts = receiptsIn(planned);
  const rulings = receipts.map((_, nth) => rulingOn(planned, receipts.slice(0, nth + 1), shop, policy, skus));
  const decided = rulings.findIndex((one) => ['refund', 'hold', 'flag'].includes(one));
  if (decided !== -1 && decided < rulings.length - 1) return 'changed after the decision';
  return rulings.at(-1) ?? 'nothingYet';
}

function rulingOn(
  { labels = [] }: PlannedReturn,
  receipts: readonly ReceiptAct[],
  shop: ShopRules,
  policy: ReceiptPolicy,
  skus: readonly string[],
): Ruling {
  const boxes = new Set(receipts.flatMap((act) => (act.do === 'receiveBox' ? [act.label] : [])));
  return ruling({
    asked: skus.map((sku) => ({ sku, units: 1 })),
    receiveInto: shop.receiveInto,
    policy,
    parcels: receipts.map((act) => parcelSeen(act, shop, skus)),
    refundsEnabled: shop.refunds,
    anotherParcelOnItsWay: boxes.size > 0 && boxes.size < labels.length,
    askedAgain: true,
    // What a patient shop waits for comes, and what another one waits for does not.
    waitedForMs: shop.patience === 'long' ? 0 : Number.POSITIVE_INFINITY,
  });
}

function parcelSeen(act: ReceiptAct, shop: ShopRules, asked: readonly string[]): ParcelSeen {
  const lines = unitsIn(act, shop).map(({ sku, status }) => ({
    sku,
    onRma: asked.includes(sku),
    counted: null,
    detailed: act.lines === 'details',
    received: [{ disposition: status, units: 1 }],
  }));
  return { key: keyOf(act), packageId: keyOf(act), isBlind: act.do !== 'receive', status: 'received', lines };
}

function keyOf(act: ReceiptAct): string {
  return act.do === 'receiveBox' ? `${act.do} ${act.label}` : act.do;
}

/**
 * The units of a parcel, each with the status that the receipt tells of it. Those of one SKU in one status are
 * told as one number: with a part of a unit among them, of none is said that it is whole.
 */
function unitsIn(act: ReceiptAct, shop: ShopRules): readonly Unit[] {
  // Where the receipt does not say how a unit was, it repeats the status that the RMA asked for.
  if (act.lines === 'asked') return act.units.map(({ sku }) => ({ sku, status: shop.receiveInto }));
  const statusOf = ({ status = 'available' }: UnitsInHand) => status;
  const isBroken = (unit: UnitsInHand) =>
    act.units.some(
      ({ quantity = 1, ...other }) =>
        !Number.isInteger(quantity) && other.sku === unit.sku && statusOf(other) === statusOf(unit),
    );
  return act.units.map((unit) => ({
    sku: unit.sku,
    status: isBroken(unit) ? 'a part of a unit' : statusOf(unit),
  }));
}
