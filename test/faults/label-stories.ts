import type { LabelStatus, LoopLabelSpec } from '../../src/stand-ins/loop/labels.ts';
import type { Dice } from './dice.ts';
import type { Act, Deed } from './plan.ts';
import {
  act,
  arrival,
  itemsOf,
  parcelOf,
  type Story,
  trackingNumberOf,
  unheardAct,
  type WeightedStory,
} from './story-parts.ts';

/** Stories of what parcels are known by at the dock. */

const shapeOf = (dice: Dice) => dice.pick(['today', 'older'] as const);

function newLabel(dice: Dice): Extract<Deed, { readonly do: 'label' }> {
  return { do: 'label', trackingNumber: trackingNumberOf(dice), shape: shapeOf(dice) };
}

function whatCame(dice: Dice, items: readonly string[]) {
  return parcelOf(dice.pick(['whole', 'whole', 'damaged']), items, dice);
}

function labelled(dice: Dice): Story {
  const items = itemsOf(dice);
  const asked = dice.chance(40) ? [act(dice, { do: 'requestLabel' }, 'nothing')] : [];
  const label = { ...unheardAct(dice, newLabel(dice), 'nothing', 25), afterMs: dice.whole(0, 2000) };
  return {
    items,
    label: 'late',
    acts: [...asked, label, ...arrival(dice, whatCame(dice, items), 'rma-fits')],
  };
}

function relabelled(dice: Dice): Story {
  const items = itemsOf(dice);
  const place = dice.pick(['first', 'last'] as const);
  const deed: Deed = { ...newLabel(dice), do: 'relabel', place };
  const relabel = unheardAct(dice, deed, dice.pick(['nothing', 'rma-exists']), 30);
  return { items, label: 'now', acts: [relabel, ...arrival(dice, whatCame(dice, items), 'rma-fits')] };
}

/** The RMA cannot be changed any more, and the parcel is received under the number that it has. */
function relabelledTooLate(dice: Dice): Story {
  const items = itemsOf(dice);
  const deed: Deed = { ...newLabel(dice), do: 'relabel', place: 'last' };
  const acts = [
    unheardAct(dice, { do: 'progress', event: 'delivered' }, 'rma-known'),
    unheardAct(dice, deed, 'nothing', 30),
    ...arrival(dice, whatCame(dice, items), 'rma-exists'),
  ];
  return { items, label: 'now', acts };
}

const endsOfLabels: readonly LabelStatus[] = ['cancelled', 'expired', 'failure', 'error'];

/** The first label comes to nothing, and a while later there is another. */
function labelledAgain(dice: Dice): Story {
  const items = itemsOf(dice);
  const acts = [
    unheardAct(dice, { do: 'labelStatus', status: dice.pick(endsOfLabels) }, 'nothing', 30),
    unheardAct(dice, newLabel(dice), 'nothing', 30),
    ...arrival(dice, whatCame(dice, items), 'rma-fits'),
  ];
  return { items, label: 'now', acts };
}

/** Another label for the same items, and the first is not cancelled: the newer one counts. */
function labelledTwice(dice: Dice): Story {
  const items = itemsOf(dice);
  const label = unheardAct(dice, newLabel(dice), dice.pick(['nothing', 'rma-exists']), 30);
  return { items, label: 'now', acts: [label, ...arrival(dice, whatCame(dice, items), 'rma-fits')] };
}

const wayOfLabels: readonly LabelStatus[] = [
  'pre_transit',
  'pending',
  'in_transit',
  'out_for_delivery',
  'delivered',
  'N/A',
];

/** The label's status changes and nothing else, to its end or to the failure of the only one that there is. */
function followed(dice: Dice): Story {
  const items = itemsOf(dice);
  const failure = dice.chance(20) ? [dice.pick(endsOfLabels)] : [];
  const statuses = [...wayOfLabels.filter(() => dice.chance(50)), ...failure];
  const changes = statuses.map((status) => unheardAct(dice, { do: 'labelStatus', status }, 'nothing', 20));
  const closed: Act[] = dice.chance(30) ? [act(dice, { do: 'closeLabel' }, 'nothing')] : [];
  const acts = [...changes, ...closed, ...arrival(dice, whatCame(dice, items), 'rma-fits')];
  return { items, label: 'now', acts };
}

function labelFor(dice: Dice, items: readonly number[]): LoopLabelSpec {
  return { carrier: 'UPS', trackingNumber: trackingNumberOf(dice), items, shape: shapeOf(dice) };
}

/** A label for each of two parcels; the receipt is complete once both have come. */
function inTwoParcels(dice: Dice): Story {
  const items = itemsOf(dice, 2);
  const split = dice.whole(1, items.length - 1);
  const places = items.map((_, place) => place);
  const labels = [labelFor(dice, places.slice(0, split)), labelFor(dice, places.slice(split))];
  return { items, label: 'now', labels, acts: arrival(dice, whatCame(dice, items), 'rma-fits') };
}

/**
 * The last item is on no label although the others are; it stays with the shopper, or it comes all the same.
 * Where that changes the RMA, MasonHub's answer is known before the parcel comes.
 */
function onNoLabel(how: 'never comes' | 'comes') {
  return (dice: Dice): Story => {
    const items = itemsOf(dice, 2);
    const labels = [
      labelFor(
        dice,
        items.slice(0, -1).map((_, place) => place),
      ),
    ];
    const came = how === 'comes' ? items : items.slice(0, -1);
    const units = parcelOf('whole', came, dice);
    const acts = [act(dice, { do: 'tell' }, 'nothing'), ...arrival(dice, units, 'rma-known')];
    return { items, label: 'now', labels, acts };
  };
}

/** Without a label: the number of its bag comes later, or never. */
function droppedOff(dice: Dice): Story {
  const items = itemsOf(dice);
  const bag: Deed = { do: 'bag', reference: `HR${dice.whole(100_000, 999_999)}` };
  const bags = dice.chance(80) ? [unheardAct(dice, bag, dice.pick(['nothing', 'rma-exists']), 40)] : [];
  const acts = [...bags, ...arrival(dice, whatCame(dice, items), 'rma-fits')];
  return { items, label: 'none', method: 'happyReturns', acts };
}

export const labelStories: readonly WeightedStory[] = [
  ['labelled late', labelled, 10],
  ['relabelled', relabelled, 4],
  ['relabelled when it has been delivered, of which nobody told', relabelledTooLate, 3],
  ['its label fails, and another comes', labelledAgain, 3],
  ['a second label for the same items', labelledTwice, 3],
  ["followed by its label's status", followed, 4],
  ['in two parcels', inTwoParcels, 4],
  ['an item on no label never comes', onNoLabel('never comes'), 4],
  ['an item on no label comes', onNoLabel('comes'), 3],
  ['dropped off', droppedOff, 4],
];
