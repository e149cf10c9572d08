import type { LabelStatus, LoopLabelSpec } from '../../src/stand-ins/loop/labels.ts';
import type { Dice } from './dice.ts';
import type { ShopRules } from './merchants.ts';
import type { Act } from './plan.ts';
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

/** Stories of states other than open and closed, and of returns that send no parcel. */

const unknownStates = ['partial', 'processing', 'processed', 'Waiting for the moon'];
const reviewWords = ['review', 'in_review', 'Needs Review'];

/** A parcel that is good comes meanwhile, and the refund waits; any other comes once the state is known again. */
function unknownForAWhile(when: 'meanwhile' | 'afterwards') {
  return (dice: Dice): Story => {
    const items = itemsOf(dice);
    const unknown = [
      act(dice, { do: 'state', state: dice.pick(unknownStates) }, dice.pick(['nothing', 'rma-exists'])),
      act(dice, { do: 'tell' }, 'nothing'),
    ];
    const known = unheardAct(dice, { do: 'reopen' }, 'nothing', 40);
    const name = when === 'meanwhile' ? 'whole' : dice.pick(['whole', 'damaged', 'with an extra']);
    const came = arrival(dice, parcelOf(name, items, dice), when === 'meanwhile' ? 'rma-fits' : 'rma-known');
    const acts = when === 'meanwhile' ? [...unknown, ...came, known] : [...unknown, known, ...came];
    return { items, label: 'now', acts };
  };
}

function reviewedFromTheStart(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const acts = arrival(dice, units, 'rma-fits');
  return { items, label: 'now', state: dice.pick(reviewWords), heard: dice.chance(50), acts };
}

/** In review from the start or later on, with a webhook or without; then the merchant lets it go. */
function reviewedAndLetGo(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const letGo = unheardAct(dice, { do: 'reopen' }, dice.pick(['nothing', 'rma-exists']), 40);
  const acts = [letGo, ...arrival(dice, units, 'rma-known')];
  if (dice.chance(50)) return { items, label: 'now', state: dice.pick(reviewWords), acts };
  return { items, label: 'now', acts: [review(dice), ...acts] };
}

function review(dice: Dice): Act {
  const deed = { do: 'state' as const, state: dice.pick(reviewWords) };
  return unheardAct(dice, deed, dice.pick(['nothing', 'rma-exists']), 50);
}

/**
 * Where the shop lets such a return be processed, nothing is left for a person to close. There the review is
 * known before the parcel comes: one that is heard of only after an unanswered refund message could be Loop's
 * own, and then a person has to look.
 */
function reviewedAtTheReceipt(end: 'closed' | 'left') {
  return (dice: Dice, { refunds, processFlagged }: ShopRules): Story => {
    const items = itemsOf(dice);
    const units = parcelOf('whole', items, dice);
    const came = arrival(dice, units, processFlagged ? 'rma-known' : 'rma-fits');
    const isLeft = end === 'left' || (refunds && processFlagged);
    const close = isLeft ? [] : [act(dice, { do: 'close' }, 'left-to-person')];
    return { items, label: 'now', acts: [review(dice), ...came, ...close] };
  };
}

/** Loop accepts the refund message and then finds that it cannot carry it out. */
function reviewedAfterProcess(end: 'solved' | 'left') {
  return (dice: Dice): Story => {
    const items = itemsOf(dice);
    const came = arrival(dice, parcelOf('whole', items, dice), 'rma-fits');
    const solve = unheardAct(dice, { do: 'solve' }, 'left-to-person', 40);
    const acts = [...came, ...(end === 'solved' ? [solve] : [])];
    return { items, label: 'now', processing: 'goesToReview', acts };
  };
}

function kept(dice: Dice): Story {
  const keep = unheardAct(dice, { do: 'keep' }, dice.pick(['nothing', 'rma-exists']), 40);
  return { items: itemsOf(dice), label: 'none', heard: dice.chance(80), acts: [keep] };
}

function keptAndSent(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const label = { do: 'label' as const, trackingNumber: trackingNumberOf(dice), shape: 'today' as const };
  const acts = [
    unheardAct(dice, { do: 'keep' }, dice.pick(['nothing', 'rma-exists']), 40),
    unheardAct(dice, label, dice.pick(['nothing', 'change-known']), 40),
    ...arrival(dice, units, 'rma-fits'),
  ];
  return { items, label: 'none', acts };
}

/** Its parcel is on its way although no label was ever heard of, and MasonHub keeps the RMA. */
function keptOnItsWay(dice: Dice): Story {
  const items = itemsOf(dice);
  const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
  const acts = [
    unheardAct(dice, { do: 'progress', event: 'inTransit' }, 'rma-known'),
    unheardAct(dice, { do: 'keep' }, 'nothing', 40),
    ...arrival(dice, units, 'rma-exists'),
  ];
  return { items, label: 'none', acts };
}

function inStore(dice: Dice): Story {
  return { items: itemsOf(dice), label: 'none', method: 'inStore', heard: dice.chance(70), acts: [] };
}

/** A return of before, of which the first that is heard is that it is closed. */
function closedLongAgo(parcel: 'over' | 'on its way') {
  return (dice: Dice): Story => {
    const items = itemsOf(dice);
    const statuses: readonly LabelStatus[] =
      parcel === 'over' ? ['delivered', 'cancelled', 'expired', 'failure'] : ['in_transit', 'new'];
    const label: LoopLabelSpec = {
      carrier: 'UPS',
      trackingNumber: trackingNumberOf(dice),
      status: dice.pick(statuses),
    };
    const units = parcelOf(dice.pick(['whole', 'damaged']), items, dice);
    const acts = parcel === 'over' ? [] : arrival(dice, units, 'rma-fits');
    return { items, label: 'now', labels: [label], state: 'closed', heard: dice.chance(60), acts };
  };
}

export const stateStories: readonly WeightedStory[] = [
  ['in an unknown state when the parcel comes', unknownForAWhile('meanwhile'), 4],
  ['in an unknown state before the parcel comes', unknownForAWhile('afterwards'), 3],
  ['in review from the start', reviewedFromTheStart, 4],
  ['in review, then let go', reviewedAndLetGo, 4],
  ['in review at the receipt', reviewedAtTheReceipt('left'), 3],
  ['in review at the receipt, then closed', reviewedAtTheReceipt('closed'), 3],
  ['in review after the refund message', reviewedAfterProcess('left'), 3],
  ['in review after the refund message, then solved', reviewedAfterProcess('solved'), 3],
  ['kept by the shopper', kept, 4],
  ['kept, and sent all the same', keptAndSent, 3],
  ['kept, and on its way all the same', keptOnItsWay, 3],
  ['handed in at a shop', inStore, 3],
  ['closed long ago, its parcel over', closedLongAgo('over'), 3],
  ['closed long ago, its parcel on its way', closedLongAgo('on its way'), 3],
];
