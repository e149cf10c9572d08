import { type Dice, diceOf } from '../faults/dice.ts';
import { rules, type Slug, slugs } from '../faults/merchants.ts';
import { type PlannedReturn, type VendorFault, vendorFaults } from '../faults/plan.ts';
import { withProof } from '../faults/schedule.ts';
import { stories } from '../faults/stories.ts';
import { type CommitFault, commitFaults } from './database.ts';

/** What becomes of a call beside its usual way. `arrives late`: after its caller has given it up. */
export type CallFault = VendorFault | 'refused connection' | 'lost' | 'arrives late';
export const callFaults: readonly CallFault[] = [
  ...vendorFaults,
  'refused connection',
  'lost',
  'arrives late',
];

/** What changes something at a vendor, by the names that the service gives its calls. */
export const endpoints = ['rmas.create', 'rmas.replace', 'rmas.delete', 'process', 'flag', 'note'] as const;
export type Endpoint = (typeof endpoints)[number];

/**
 * What becomes of a delivery on its way. `held back`: it arrives after its sender has given this attempt up. `sent late`:
 * its sender begins late, so that it tells of a state that has long passed. `in fours`: so often, closely together.
 */
export const wayFaults = ['held back', 'sent late', 'twice', 'in fours', 'answer lost', 'lost'] as const;
/** `garbled`: where it tells of a receipt, a quantity in it is none. Asked, its sender shows what is true. */
export type WayFault = (typeof wayFaults)[number] | 'garbled';

/** One thing that goes wrong. `nth` counts from 1: calls, deliveries and commits of the whole world, steps of a replica. */
export type SimulatedTrouble =
  | { readonly kind: 'call'; readonly nth: number; readonly fault: CallFault }
  /** Of the calls to an endpoint the first, the third and so on. */
  | { readonly kind: 'every other call'; readonly endpoint: Endpoint; readonly fault: CallFault }
  | { readonly kind: 'delivery'; readonly nth: number; readonly fault: WayFault }
  | { readonly kind: 'commit'; readonly nth: number; readonly fault: CommitFault }
  | { readonly kind: 'crash'; readonly replica: number; readonly nth: number; readonly downMs: number }
  /** The process stops for a while, and goes on as if nothing had been. */
  | { readonly kind: 'stall'; readonly replica: number; readonly nth: number; readonly forMs: number }
  /** Its API fails, as it may for longer than a pull looks back. */
  | {
      readonly kind: 'vendor away';
      readonly merchant: Slug;
      readonly vendor: 'loop' | 'masonhub';
      readonly atMs: number;
      readonly forMs: number;
    }
  /** A statement takes up to so long, so that more of them wait for each other. */
  | { readonly kind: 'slow database'; readonly upToMs: number }
  | { readonly kind: 'database away'; readonly atMs: number; readonly forMs: number }
  | {
      readonly kind: 'repeat';
      readonly merchant: Slug;
      readonly vendor: 'loop' | 'masonhub';
      readonly atMs: number;
      /** From 0, the oldest message until then, to 1. */
      readonly which: number;
      /** So many that follow each other, all at once. */
      readonly count: number;
    }
  | {
      readonly kind: 'stray parcel';
      readonly merchant: Slug;
      readonly atMs: number;
      readonly trackingNumber: string;
    };

/** Everything that a seed has in store, but for the order in which things happen: that is the scheduler's. */
export interface SimulatedSchedule {
  readonly seed: number;
  readonly replicas: number;
  readonly merchants: readonly Slug[];
  readonly returns: readonly PlannedReturn[];
  readonly troubles: readonly SimulatedTrouble[];
}

const firstId = 73_000_000;
/** Over a minute, or all at once: then they are stored together, and wait for each other's locks. */
const spansMs = [60_000, 1_000, 30];
const spanMs = 60_000;
/** A crowd that comes at once, and all of it in fours, has more transactions in each other's way. */
const usualReturns = 8;
const crowd = 24;

/** The same seed gives the same schedule. */
export function simulatedSchedule(seed: number): SimulatedSchedule {
  const dice = diceOf(seed);
  const merchants = dice.chance(60) ? [dice.pick(slugs)] : [...slugs.filter((_, at) => at !== seed % 3)];
  const isCrowd = dice.chance(8);
  const replicas = isCrowd ? 3 : dice.weighted([[1, 1] as const, [2, 6] as const, [3, 2] as const]);
  const span = isCrowd ? 30 : dice.pick(spansMs);
  const count = isCrowd ? crowd : usualReturns;
  const returns = Array.from({ length: count }, (_, nth) =>
    plannedReturn(nth, dice.pick(merchants), span, dice),
  );
  const troubles = [
    ...(isCrowd ? everyFirst(2 * count, 'in fours') : []),
    ...(isCrowd || dice.chance(5) ? [{ kind: 'slow database' as const, upToMs: dice.pick([10, 50]) }] : []),
    ...troublesOf(dice, merchants, replicas, count),
    ...patchyDeliveries(diceOf(seed + laterChance), count),
    ...garbledDeliveries(diceOf(seed + 2 * laterChance), count),
  ];
  return { seed, replicas, merchants, returns, troubles };
}

/** What came to be drawn later has a chance of its own: so seeds of before that do not draw it stay as they were. */
const laterChance = 1_000_000_000;

/** Of all that vendors tell, half is lost and half comes late: so that polls and old news are all that there is. */
function patchyDeliveries(dice: Dice, returns: number): SimulatedTrouble[] {
  if (!dice.chance(8)) return [];
  return Array.from({ length: 6 * returns }, (_, at) => ({
    kind: 'delivery',
    nth: at + 1,
    fault: dice.pick(['sent late', 'lost'] as const),
  }));
}

/** Some of what vendors tell is not to be understood. */
function garbledDeliveries(dice: Dice, returns: number): SimulatedTrouble[] {
  if (!dice.chance(10)) return [];
  return Array.from({ length: 6 * returns }, (_, at) => ({
    kind: 'delivery' as const,
    nth: at + 1,
    fault: 'garbled' as const,
  })).filter(() => dice.chance(40));
}

/** A return that begins within a span, in milliseconds, with what happens to it. */
export function plannedReturn(nth: number, merchant: Slug, span: number, dice: Dice): PlannedReturn {
  const [story, make] = dice.weighted(stories.map((one) => [one, one[2]] as const));
  const made = make(dice, rules[merchant]);
  const acts = made.acts.map((act) => withProof(act, rules[merchant]));
  return {
    id: String(firstId + nth),
    merchant,
    at: dice.whole(0, span),
    story,
    heard: true,
    ...made,
    acts,
  };
}

/** A seed in five has no trouble at all: what fails there is the easiest to understand. */
function troublesOf(
  dice: Dice,
  merchants: readonly Slug[],
  replicas: number,
  returns: number,
): SimulatedTrouble[] {
  if (dice.chance(20)) return [];
  const some = <Trouble>(most: number, make: () => Trouble) =>
    Array.from({ length: dice.whole(0, most) }, make);
  const steps = returns * 120;
  const replica = () => dice.whole(0, replicas - 1);
  return [
    ...some(8, () => ({
      kind: 'call' as const,
      nth: dice.whole(1, returns * 6),
      fault: dice.pick(callFaults),
    })),
    ...(dice.chance(15) ? everyFirst(2 * returns, 'twice') : []),
    ...(dice.chance(20) ? everyFirst(5 * returns, dice.pick(['in fours', 'sent late'])) : []),
    ...(dice.chance(40) ? lostAnswers(dice) : []),
    ...some(6, () => ({
      kind: 'delivery' as const,
      nth: dice.whole(1, returns * 5),
      fault: dice.pick(wayFaults),
    })),
    ...some(3, () => ({
      kind: 'commit' as const,
      nth: dice.whole(1, returns * 16),
      fault: dice.pick(commitFaults),
    })),
    ...some(4, () => ({
      kind: 'crash' as const,
      replica: replica(),
      nth: dice.whole(1, steps),
      downMs: dice.whole(100, 30_000),
    })),
    ...some(1, () => ({
      kind: 'stall' as const,
      replica: replica(),
      nth: dice.whole(1, steps),
      forMs: dice.whole(1_000, 40_000),
    })),
    ...some(1, () => ({
      kind: 'database away' as const,
      atMs: dice.whole(0, 2 * spanMs),
      forMs: dice.whole(100, 20_000),
    })),
    ...(dice.chance(15)
      ? [
          {
            kind: 'vendor away' as const,
            merchant: dice.pick(merchants),
            vendor: dice.pick(['loop', 'masonhub'] as const),
            atMs: dice.whole(0, spanMs),
            forMs: dice.whole(60_000, 2_400_000),
          },
        ]
      : []),
    ...some(3, () => ({
      kind: 'repeat' as const,
      merchant: dice.pick(merchants),
      vendor: dice.pick(['loop', 'masonhub'] as const),
      atMs: dice.whole(spanMs / 4, 4 * spanMs),
      which: dice.whole(0, 1_000) / 1_000,
      count: dice.weighted([[1, 2] as const, [8, 1] as const]),
    })),
    ...some(1, () => ({
      kind: 'stray parcel' as const,
      merchant: dice.pick(merchants),
      atMs: dice.whole(0, spanMs),
      trackingNumber: 'STRAY0',
    })),
  ];
}

/** Of every other call that changes something the answer is lost: of those to one endpoint, or of all. */
function lostAnswers(dice: Dice): SimulatedTrouble[] {
  const some = dice.chance(50) ? endpoints : [dice.pick(endpoints)];
  const fault = dice.pick(['work, then drop', 'work, then hang', 'work, then 500'] as const);
  return some.map((endpoint) => ({ kind: 'every other call', endpoint, fault }));
}

/** The first deliveries all come several times, as where an answer is slow for everybody. */
function everyFirst(count: number, fault: WayFault): SimulatedTrouble[] {
  return Array.from({ length: count }, (_, at) => ({ kind: 'delivery', nth: at + 1, fault }));
}
