import type { ReceivedUnits } from '../../src/stand-ins/masonhub-receiving.ts';
import type { Dice } from './dice.ts';
import { catalogue, type ShopRules, strangeSku, unknownSku } from './merchants.ts';
import type { Act, Condition, Deed, PlannedReturn } from './plan.ts';

export type Story = Pick<PlannedReturn, 'items' | 'label' | 'acts'>;

/** What a parcel with the wrong, or the right, things in it holds. */
const parcels: Readonly<Record<string, (items: readonly string[], dice: Dice) => ReceivedUnits[]>> = {
  whole: (items) => items.map((sku) => ({ sku })),
  damaged: (items, dice) => spoil(items, dice, { status: 'damaged', note: 'Torn' }),
  'in quality control': (items, dice) => spoil(items, dice, { status: 'quality-control' }),
  'in an unheard-of status': (items, dice) => spoil(items, dice, { status: 'bin-7' }),
  short: (items, dice) => spoil(items, dice, { status: 'short' }),
  'a unit missing': (items, dice) => without(items, dice),
  empty: () => [],
  'with an extra': (items) => [...items.map((sku) => ({ sku })), { sku: strangeSku }],
  'with an extra, a unit missing': (items, dice) => [...without(items, dice), { sku: strangeSku }],
};

function spoil(items: readonly string[], dice: Dice, as: Omit<ReceivedUnits, 'sku'>): ReceivedUnits[] {
  const bad = dice.whole(0, items.length - 1);
  return items.map((sku, at) => (at === bad ? { sku, ...as } : { sku }));
}

function without(items: readonly string[], dice: Dice): ReceivedUnits[] {
  const gone = dice.whole(0, items.length - 1);
  return items.filter((_, at) => at !== gone).map((sku) => ({ sku }));
}

const badParcels = Object.keys(parcels).filter((name) => name !== 'whole' && name !== 'with an extra');

function act(dice: Dice, deed: Deed, once: Condition, longestMs = 900): Act {
  return { ...deed, once, afterMs: dice.whole(0, longestMs) };
}

/** The parcel on its way and opened: some of the warehouse's messages, the receipt last but not always so. */
function arrival(dice: Dice, units: readonly ReceivedUnits[], once: Condition): Act[] {
  const events = (['inTransit', 'onDock', 'receivingStarted'] as const).filter(() => dice.chance(40));
  const progress = events.map((event): Deed => ({ do: 'progress', event }));
  const [first = receipt(dice, units), ...others] = [...progress, receipt(dice, units)];
  return [
    act(dice, first, once),
    // With the parcel at the dock the RMA stays as it is, answered or not.
    ...others.map((deed) => act(dice, deed, 'rma-exists', 200)),
  ];
}

function receipt(dice: Dice, units: readonly ReceivedUnits[]): Deed {
  return {
    do: 'receive',
    units,
    times: dice.weighted([[1, 6] as const, [2, 2] as const, [3, 1] as const]),
    apiVersion: dice.pick(['1.0', '2.0'] as const),
    auth: dice.pick(['bearer', 'body', 'signature'] as const),
    as: dice.pick(['single', 'array'] as const),
  };
}

function itemsOf(dice: Dice): string[] {
  return Array.from({ length: dice.whole(1, 4) }, () => dice.pick(catalogue));
}

function parcelOf(name: string, items: readonly string[], dice: Dice): ReceivedUnits[] {
  const make = parcels[name];
  if (make === undefined) throw new Error(`There is no parcel ${name}`);
  return make(items, dice);
}

function received(name: string) {
  return (dice: Dice): Story => {
    const items = itemsOf(dice);
    const label = dice.weighted([['now', 3] as const, ['none', 1] as const]);
    return { items, label, acts: arrival(dice, parcelOf(name, items, dice), 'rma-fits') };
  };
}

function labelled(dice: Dice): Story {
  const items = itemsOf(dice);
  const trackingNumber = `1Z${dice.whole(100_000, 999_999)}`;
  const label = act(dice, { do: 'label', trackingNumber }, 'nothing', 2000);
  const units = parcelOf(dice.pick(['whole', 'whole', 'damaged']), items, dice);
  return { items, label: 'late', acts: [label, ...arrival(dice, units, 'rma-fits')] };
}

function changed(dice: Dice): Story {
  const items = itemsOf(dice);
  const now = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'whole', 'a unit missing']), now, dice);
  const change = act(dice, { do: 'change', items: now }, dice.pick(['nothing', 'rma-exists']), 1500);
  return { items, label: 'now', acts: [change, ...arrival(dice, units, 'rma-known')] };
}

function changedBack(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const change = act(dice, { do: 'change', items: itemsOf(dice) }, dice.pick(['nothing', 'rma-exists']));
  const back = act(dice, { do: 'change', items }, 'nothing', 500);
  return { items, label: 'now', acts: [change, back, ...arrival(dice, units, 'rma-known')] };
}

/** One more item when the parcel is already at the dock: it cannot be in it. */
function changedAtTheDock(dice: Dice): Story {
  const items = itemsOf(dice);
  const acts = [
    act(dice, { do: 'progress', event: 'receivingStarted' }, 'rma-fits'),
    act(dice, { do: 'change', items: [...items, dice.pick(catalogue)] }, 'nothing'),
    act(dice, receipt(dice, parcelOf('whole', items, dice)), 'change-known'),
  ];
  return { items, label: 'now', acts };
}

function cancelled(dice: Dice): Story {
  const end: Deed = { do: dice.pick(['cancel', 'expire'] as const) };
  const acts = [act(dice, end, dice.pick(['nothing', 'rma-exists']), 1500)];
  return { items: itemsOf(dice), label: 'now', acts };
}

function cancelledAtTheDock(dice: Dice): Story {
  const dock = act(dice, { do: 'progress', event: 'receivingStarted' }, 'rma-fits');
  return { items: itemsOf(dice), label: 'now', acts: [dock, act(dice, { do: 'cancel' }, 'nothing')] };
}

function reopened(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const acts = [
    act(dice, { do: 'cancel' }, 'rma-exists'),
    act(dice, { do: 'reopen' }, dice.pick(['nothing', 'rma-deleted']), 500),
    ...arrival(dice, units, 'rma-known'),
  ];
  return { items, label: 'now', acts };
}

function closedEarly(name: string) {
  return (dice: Dice): Story => {
    const items = itemsOf(dice);
    const close = act(dice, { do: 'close' }, dice.pick(['nothing', 'rma-exists']), 1500);
    const units = parcelOf(name, items, dice);
    return { items, label: 'now', acts: [close, ...arrival(dice, units, 'rma-fits')] };
  };
}

function flaggedAndClosed(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(badParcels), items, dice);
  const acts = [...arrival(dice, units, 'rma-fits'), act(dice, { do: 'close' }, 'flag-known')];
  return { items, label: 'now', acts };
}

function refusedByMasonHub(dice: Dice): Story {
  return { items: [...itemsOf(dice), unknownSku], label: 'now', acts: [] };
}

/** Where the merchant allows it the rest is received; else nothing is, and there is no parcel to open. */
function withoutSku(dice: Dice, { partialRmas }: ShopRules): Story {
  const items = itemsOf(dice);
  const units = parcelOf('whole', items, dice);
  return { items: [...items, ''], label: 'now', acts: partialRmas ? arrival(dice, units, 'rma-fits') : [] };
}

export type MakeStory = (dice: Dice, rules: ShopRules) => Story;

/** Every story there is, and how often it comes. */
export const stories: readonly (readonly [string, MakeStory, number])[] = [
  ['received whole', received('whole'), 24],
  ['received damaged', received('damaged'), 7],
  ...Object.keys(parcels)
    .filter((name) => name !== 'whole' && name !== 'damaged')
    .map((name): [string, MakeStory, number] => [`received ${name}`, received(name), 4]),
  ['labelled late', labelled, 10],
  ['changed before the parcel', changed, 8],
  ['changed, then changed back', changedBack, 4],
  ['changed at the dock', changedAtTheDock, 4],
  ['cancelled', cancelled, 6],
  ['cancelled at the dock', cancelledAtTheDock, 3],
  ['cancelled, then opened again', reopened, 3],
  ['closed early, received whole', closedEarly('whole'), 4],
  ['closed early, received damaged', closedEarly('damaged'), 3],
  ['flagged, then closed by the merchant', flaggedAndClosed, 4],
  ['with a SKU that MasonHub does not have', refusedByMasonHub, 2],
  ['with an item without a SKU', withoutSku, 3],
];
