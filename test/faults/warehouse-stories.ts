import type { LoopLabelSpec } from '../../src/stand-ins/loop/labels.ts';
import type { Dice } from './dice.ts';
import type { ShopRules } from './merchants.ts';
import type { Act, Condition } from './plan.ts';
import {
  act,
  arrival,
  itemsOf,
  parcelOf,
  receipt,
  type Story,
  trackingNumberOf,
  unheardAct,
  type WeightedStory,
} from './story-parts.ts';

/** Stories of what a warehouse does beside one receipt of one parcel under its RMA. */

/** A unit is in quality control at first. Where the shop has the patience, the warehouse tells what it found. */
function inspected(found: 'whole' | 'damaged') {
  return (dice: Dice, { patience }: ShopRules): Story => {
    const items = itemsOf(dice);
    const first = arrival(dice, parcelOf('in quality control', items, dice), 'rma-fits');
    const result = receipt(dice, parcelOf(found, items, dice));
    const later = patience === 'long' ? [unheardAct(dice, result, 'inspecting', 40)] : [];
    return { items, label: 'now', acts: [...first, ...later] };
  };
}

/** The lines say only the status that the RMA had asked for. Where that one waits, the warehouse says more later. */
function echoed(dice: Dice): Story {
  const items = itemsOf(dice);
  const told = { ...receipt(dice, parcelOf('whole', items, dice)), lines: 'asked' as const };
  return { items, label: 'now', acts: [unheardAct(dice, told, 'rma-fits', 20)] };
}

function labelFor(dice: Dice, items: readonly number[]): LoopLabelSpec {
  return { carrier: 'UPS', trackingNumber: trackingNumberOf(dice), items, shape: 'today' };
}

/**
 * Two parcels, one of which has no RMA, in either order. Where the shop has no patience the second one comes
 * after the flag, or never.
 */
function inTwoBoxes(second: 'whole' | 'damaged') {
  return (dice: Dice, { patience }: ShopRules): Story => {
    const items = itemsOf(dice, 2);
    const split = dice.whole(1, items.length - 1);
    const places = items.map((_, place) => place);
    const boxes = [places.slice(0, split), places.slice(split)];
    const labels = boxes.map((box) => labelFor(dice, box));
    const [one, other] = dice.chance(50) ? [0, 1] : [1, 0];
    const box = (label: number, name: string, once: Condition): Act => {
      const own = boxes[label]?.map((place) => items[place] ?? '') ?? [];
      const { do: _, ...told } = receipt(dice, parcelOf(name, own, dice));
      return unheardAct(dice, { ...told, do: 'receiveBox', label }, once, 25);
    };
    const first = [act(dice, { do: 'tell' }, 'nothing'), box(one, 'whole', 'rma-known')];
    if (patience === 'long') {
      // A damaged unit is flagged at once, and what came after that would be for a person.
      const once = second === 'damaged' ? 'receiving' : dice.pick(['nothing', 'receiving'] as const);
      return { items, label: 'now', labels, acts: [...first, box(other, second, once)] };
    }
    const later = dice.chance(50) ? [box(other, second, 'flag-known')] : [];
    return { items, label: 'now', labels, acts: [...first, ...later] };
  };
}

/** The parcel is received by its tracking number alone, also before anybody here has heard of the return. */
function withoutRma(name: string) {
  return (dice: Dice): Story => {
    const items = itemsOf(dice);
    const { do: _, ...told } = receipt(dice, parcelOf(name, items, dice));
    const came = unheardAct(dice, { ...told, do: 'receiveBlind' }, dice.pick(['nothing', 'rma-known']), 25);
    return { items, label: 'now', acts: [came] };
  };
}

export const warehouseStories: readonly WeightedStory[] = [
  ['inspected, and found good', inspected('whole'), 5],
  ['inspected, and found damaged', inspected('damaged'), 4],
  ['received, and nothing said of how', echoed, 4],
  ['in two boxes', inTwoBoxes('whole'), 5],
  ['in two boxes, of which the second is damaged', inTwoBoxes('damaged'), 3],
  ['received without its RMA', withoutRma('whole'), 4],
  ['received without its RMA, damaged', withoutRma('damaged'), 2],
  ['received without its RMA, a unit missing', withoutRma('a unit missing'), 2],
];
