import type { QuantityStyle } from '../../src/stand-ins/masonhub/quantities.ts';
import type { UnitsInHand } from '../../src/stand-ins/masonhub/receiving.ts';
import type { Dice } from './dice.ts';
import { catalogue, type ShopRules, strangeSku } from './merchants.ts';
import type { Act, Condition, Deed, PlannedReturn, ReceiptDeed } from './plan.ts';

/** What the stories of returns are made of. */

export type Story = Omit<PlannedReturn, 'id' | 'merchant' | 'at' | 'story' | 'heard'> & {
  /** Whether webhooks tell of it from the start; where a story does not say, they do. */
  readonly heard?: boolean;
};
export type MakeStory = (dice: Dice, rules: ShopRules) => Story;
/** A story with its name, and how often it comes. */
export type WeightedStory = readonly [name: string, make: MakeStory, weight: number];

/** What a parcel with the wrong, or the right, things in it holds. */
const parcels: Readonly<Record<string, (items: readonly string[], dice: Dice) => UnitsInHand[]>> = {
  whole: (items) => items.map((sku) => ({ sku })),
  damaged: (items, dice) => spoil(items, dice, { status: 'damaged', note: 'Torn' }),
  'in quality control': (items, dice) => spoil(items, dice, { status: dice.pick(inspection) }),
  refurbished: (items, dice) => spoil(items, dice, { status: 'refurbishing', note: 'Buttons sewn on' }),
  'in an unheard-of status': (items, dice) => spoil(items, dice, { status: 'bin-7' }),
  short: (items, dice) => spoil(items, dice, { status: 'short' }),
  'as half a unit': (items, dice) => spoil(items, dice, { quantity: 0.5 }),
  'a unit missing': (items, dice) => without(items, dice),
  empty: () => [],
  'with an extra': (items) => [...items.map((sku) => ({ sku })), { sku: strangeSku }],
  'with an extra, a unit missing': (items, dice) => [...without(items, dice), { sku: strangeSku }],
};

const inspection = ['qc', 'quality-control', 'under-investigation'];

export const parcelNames = Object.keys(parcels);
/** Those that are flagged at once, whatever the shop. */
export const badParcels = parcelNames.filter(
  (name) => !['whole', 'with an extra', 'in quality control', 'refurbished'].includes(name),
);

function spoil(items: readonly string[], dice: Dice, as: Omit<UnitsInHand, 'sku'>): UnitsInHand[] {
  const bad = dice.whole(0, items.length - 1);
  return items.map((sku, at) => (at === bad ? { sku, ...as } : { sku }));
}

function without(items: readonly string[], dice: Dice): UnitsInHand[] {
  const gone = dice.whole(0, items.length - 1);
  return items.filter((_, at) => at !== gone).map((sku) => ({ sku }));
}

export function parcelOf(name: string, items: readonly string[], dice: Dice): UnitsInHand[] {
  const make = parcels[name];
  if (make === undefined) throw new Error(`There is no parcel ${name}`);
  return make(items, dice);
}

export function itemsOf(dice: Dice, least = 1): string[] {
  return Array.from({ length: dice.whole(least, 4) }, () => dice.pick(catalogue));
}

export function trackingNumberOf(dice: Dice): string {
  return `1Z${dice.whole(100_000, 999_999)}`;
}

export function act(dice: Dice, deed: Deed, once: Condition, longestMs = 900): Act {
  return { ...deed, once, afterMs: dice.whole(0, longestMs), heard: true };
}

/** An act of which the vendor says nothing, for certain or as chance has it: only a pull can bring it. */
export function unheardAct(dice: Dice, deed: Deed, once: Condition, percent = 100): Act {
  return { ...act(dice, deed, once), heard: !dice.chance(percent) };
}

/** The parcel on its way and opened: some of the warehouse's messages, the receipt last but not always so. */
export function arrival(dice: Dice, units: readonly UnitsInHand[], once: Condition): Act[] {
  const events = (['inTransit', 'onDock', 'receivingStarted'] as const).filter(() => dice.chance(40));
  const progress = events.map((event): Deed => ({ do: 'progress', event }));
  const [first = receipt(dice, units), ...others] = [...progress, receipt(dice, units)];
  return [
    act(dice, first, once),
    // With the parcel at the dock the RMA stays as it is, answered or not.
    ...others.map((deed) => act(dice, deed, 'rma-exists', 200)),
  ];
}

const quantities: readonly QuantityStyle[] = ['varied', 'number', 'text', 'decimal', 'decimal-text'];

export function receipt(dice: Dice, units: readonly UnitsInHand[]): ReceiptDeed {
  return {
    do: 'receive',
    units,
    times: dice.weighted([[1, 6] as const, [2, 2] as const, [3, 1] as const]),
    apiVersion: dice.pick(['1.0', '2.0'] as const),
    auth: dice.pick(['bearer', 'body', 'signature'] as const),
    as: dice.pick(['single', 'array'] as const),
    quantities: dice.pick(quantities),
    lines: dice.weighted([['details', 4] as const, ['inspected', 1] as const]),
  };
}
