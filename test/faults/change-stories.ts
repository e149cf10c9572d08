import type { ProgressEvent } from '../../src/stand-ins/masonhub/envelopes.ts';
import type { Dice } from './dice.ts';
import { catalogue } from './merchants.ts';
import type { Act, Deed } from './plan.ts';
import {
  act,
  arrival,
  itemsOf,
  parcelOf,
  receipt,
  type Story,
  unheardAct,
  type WeightedStory,
} from './story-parts.ts';

/** Stories of returns that are changed or ended in Loop, also when it is late for that. */

/** Where a parcel can be without anybody having told of it: the RMA can be changed, but not deleted, or neither. */
const onItsWay: readonly ProgressEvent[] = ['tendered', 'inTransit'];
const there: readonly ProgressEvent[] = ['delivered', 'undeliverable', 'receivingStarted'];

function moves(dice: Dice, event: ProgressEvent): Act {
  return unheardAct(dice, { do: 'progress', event }, 'rma-known', 85);
}

function changed(dice: Dice): Story {
  const items = itemsOf(dice);
  const now = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'whole', 'a unit missing']), now, dice);
  const deed: Deed = { do: 'change', items: now };
  const change = unheardAct(dice, deed, dice.pick(['nothing', 'rma-exists']), 25);
  return { items, label: 'now', acts: [change, ...arrival(dice, units, 'rma-known')] };
}

function changedBack(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const change = act(dice, { do: 'change', items: itemsOf(dice) }, dice.pick(['nothing', 'rma-exists']));
  const back = act(dice, { do: 'change', items }, 'nothing', 500);
  return { items, label: 'now', acts: [change, back, ...arrival(dice, units, 'rma-known')] };
}

function changedOnItsWay(dice: Dice): Story {
  const items = itemsOf(dice);
  const now = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'a unit missing']), now, dice);
  const change = unheardAct(dice, { do: 'change', items: now }, 'nothing', 40);
  const acts = [moves(dice, dice.pick(onItsWay)), change, ...arrival(dice, units, 'rma-known')];
  return { items, label: 'now', acts };
}

/** What the parcel holds is what it was sent with: one item more in Loop cannot be in it, one less is. */
function changedTooLate(how: 'more' | 'fewer', event: (dice: Dice) => ProgressEvent, silent: number) {
  return (dice: Dice): Story => {
    const items = itemsOf(dice, how === 'fewer' ? 2 : 1);
    const now = how === 'more' ? [...items, dice.pick(catalogue)] : items.slice(0, -1);
    const acts = [
      unheardAct(dice, { do: 'progress', event: event(dice) }, 'rma-known', silent),
      unheardAct(dice, { do: 'change', items: now }, 'nothing', 40),
      act(dice, receipt(dice, parcelOf('whole', items, dice)), 'change-known'),
    ];
    return { items, label: 'now', acts };
  };
}

/** In every spelling of the word, and also where no webhook tells. */
function cancelled(dice: Dice): Story {
  const spelled: Deed = { do: 'state', state: dice.pick(['canceled', 'Cancelled']) };
  const end = dice.pick<Deed>([{ do: 'cancel' }, { do: 'expire' }, spelled]);
  const acts = [unheardAct(dice, end, dice.pick(['nothing', 'rma-exists']), 40)];
  return { items: itemsOf(dice), label: 'now', acts };
}

function cancelledAtTheDock(dice: Dice): Story {
  const dock = act(dice, { do: 'progress', event: 'receivingStarted' }, 'rma-fits');
  const cancel = unheardAct(dice, { do: 'cancel' }, 'nothing', 40);
  return { items: itemsOf(dice), label: 'now', acts: [dock, cancel] };
}

/** MasonHub does not delete the RMA, and nothing had told why; what comes is for a person. */
function cancelledOnItsWay(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const came = dice.chance(50) ? [act(dice, receipt(dice, units), 'left-to-person')] : [];
  const acts = [
    moves(dice, dice.pick([...onItsWay, ...there])),
    unheardAct(dice, { do: 'cancel' }, 'nothing', 40),
    ...came,
  ];
  return { items, label: 'now', acts };
}

function reopened(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const acts = [
    unheardAct(dice, { do: 'cancel' }, 'rma-exists', 25),
    unheardAct(dice, { do: 'reopen' }, dice.pick(['nothing', 'rma-deleted']), 25),
    ...arrival(dice, units, 'rma-known'),
  ];
  return { items, label: 'now', acts };
}

function reopenedOnItsWay(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const acts = [
    moves(dice, dice.pick(onItsWay)),
    unheardAct(dice, { do: 'cancel' }, 'nothing', 40),
    unheardAct(dice, { do: 'reopen' }, dice.pick(['nothing', 'left-to-person']), 40),
    ...arrival(dice, units, 'rma-known'),
  ];
  return { items, label: 'now', acts };
}

function closedEarly(name: string) {
  return (dice: Dice): Story => {
    const items = itemsOf(dice);
    const close = unheardAct(dice, { do: 'close' }, dice.pick(['nothing', 'rma-exists']), 25);
    const units = parcelOf(name, items, dice);
    return { items, label: 'now', acts: [close, ...arrival(dice, units, 'rma-fits')] };
  };
}

const atTheDock = (): ProgressEvent => 'receivingStarted';
const somewhereThere = (dice: Dice) => dice.pick(there);

export const changeStories: readonly WeightedStory[] = [
  ['changed before the parcel', changed, 8],
  ['changed, then changed back', changedBack, 4],
  ['changed on its way', changedOnItsWay, 4],
  ['changed at the dock', changedTooLate('more', atTheDock, 0), 4],
  ['changed when it is there, of which nobody told', changedTooLate('more', somewhereThere, 100), 4],
  ['made fewer when it is there, of which nobody told', changedTooLate('fewer', somewhereThere, 100), 3],
  ['cancelled', cancelled, 6],
  ['cancelled at the dock', cancelledAtTheDock, 3],
  ['cancelled on its way', cancelledOnItsWay, 5],
  ['cancelled, then opened again', reopened, 3],
  ['cancelled on its way, then opened again', reopenedOnItsWay, 3],
  ['closed early, received whole', closedEarly('whole'), 4],
  ['closed early, received damaged', closedEarly('damaged'), 3],
];
