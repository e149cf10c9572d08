import type { Dice } from './dice.ts';
import { type ShopRules, unknownSku } from './merchants.ts';
import {
  act,
  arrival,
  badParcels,
  itemsOf,
  parcelNames,
  parcelOf,
  type Story,
  type WeightedStory,
} from './story-parts.ts';

/** Stories that differ in what is in the parcel. */

function received(name: string) {
  return (dice: Dice): Story => {
    const items = itemsOf(dice);
    const label = dice.weighted([['now', 3] as const, ['none', 1] as const]);
    return { items, label, acts: arrival(dice, parcelOf(name, items, dice), 'rma-fits') };
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

export const receiptStories: readonly WeightedStory[] = [
  ['received whole', received('whole'), 24],
  ['received damaged', received('damaged'), 7],
  ...parcelNames
    .filter((name) => !['whole', 'damaged', 'in quality control'].includes(name))
    .map((name): WeightedStory => [`received ${name}`, received(name), 4]),
  ['flagged, then closed by the merchant', flaggedAndClosed, 4],
  ['with a SKU that MasonHub does not have', refusedByMasonHub, 2],
  ['with an item without a SKU', withoutSku, 3],
];
