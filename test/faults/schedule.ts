import { type Dice, diceOf } from './dice.ts';
import { rules, type ShopRules, type Slug, slugs } from './merchants.ts';
import {
  type Act,
  type DatabaseKind,
  type PlannedReturn,
  type Schedule,
  type Trouble,
  type VendorCall,
  type VendorFault,
  vendorFaults,
  type WayFault,
  wayFaults,
} from './plan.ts';
import { stories } from './stories.ts';

const leastSpanMs = 12_000;
const msPerReturn = 110;
const firstId = 71_000_000;
/** Of a pair, a run of some minutes is to have several. */
const stopEveryMs: Readonly<Record<DatabaseKind, number>> = { 'one server': 20_000, pair: 10_000 };

interface Wish {
  readonly returns: number;
  readonly seed: number;
  readonly stretch?: number;
  readonly database?: DatabaseKind;
}

/**
 * Everything that will happen in a run. The same numbers give the same schedule, whatever the machine; on one
 * that has other work as well it can be stretched, so that the same happens at so many times the distance.
 */
export function scheduleOf({ returns, seed, stretch = 1, database = 'one server' }: Wish): Schedule {
  const schedule = unstretched(returns, seed, database);
  const later = <Timed extends { readonly at: number }>(one: Timed) => ({ ...one, at: one.at * stretch });
  return {
    ...schedule,
    spanMs: schedule.spanMs * stretch,
    returns: schedule.returns.map(later),
    troubles: schedule.troubles.map(later),
  };
}

function unstretched(returns: number, seed: number, database: DatabaseKind): Schedule {
  const dice = diceOf(seed);
  const spanMs = Math.max(leastSpanMs, returns * msPerReturn);
  return {
    seed,
    spanMs,
    returns: plannedReturns(returns, spanMs, dice),
    troubles: [
      ...kills(spanMs, dice),
      ...databaseStops(spanMs, stopEveryMs[database], dice),
      ...vendorAnswers(returns, spanMs, dice),
      ...silences(spanMs, dice),
      ...repeats(returns, spanMs, dice),
      ...strayParcels(returns, spanMs, dice),
      { at: Math.floor((spanMs * dice.whole(35, 60)) / 100), kind: 'change policy' as const },
    ].sort((one, other) => one.at - other.at),
    onTheWay: onTheWay(returns, dice),
  };
}

function plannedReturns(count: number, spanMs: number, dice: Dice): PlannedReturn[] {
  return Array.from({ length: count }, (_, index) => {
    const merchant = slugs[index % slugs.length] ?? slugs[0];
    const nth = Math.floor(index / slugs.length);
    const [story, make] =
      firstStory(nth, index % slugs.length) ?? dice.weighted(stories.map((one) => [one, one[2]] as const));
    const at = Math.floor((index / count) * spanMs) + dice.whole(0, 200);
    const made = make(dice, rules[merchant]);
    const acts = made.acts.map((act) => withProof(act, rules[merchant]));
    return { id: String(firstId + index), merchant, at, story, heard: true, ...made, acts };
  });
}

/** Where an RMA asks for a good status, a line with that status alone proves nothing: that is another story. */
export function withProof(act: Act, { receiveInto }: ShopRules): Act {
  if (!('lines' in act) || act.lines !== 'inspected' || receiveInto === 'qc') return act;
  return { ...act, lines: 'details' };
}

/**
 * Each merchant's first returns: one that is refunded, one that is flagged, and then one of every other story.
 * Each merchant begins with another third of them, so that a small run leaves none out either.
 */
function firstStory(nth: number, merchant: number) {
  if (nth < 2) return stories[nth];
  const others = stories.slice(2);
  if (nth - 2 >= others.length) return undefined;
  return others[(nth - 2 + Math.ceil(others.length / slugs.length) * merchant) % others.length];
}

/** A moment in each of so many equal parts of the time in which returns are created. */
function spread(count: number, spanMs: number, dice: Dice): number[] {
  const part = spanMs / count;
  return Array.from({ length: count }, (_, index) =>
    Math.floor(index * part + (dice.whole(20, 80) / 100) * part),
  );
}

function kills(spanMs: number, dice: Dice): Trouble[] {
  return spread(Math.max(2, Math.round(spanMs / 9_000)), spanMs, dice).map((at, index) => {
    const both = index > 1 && dice.chance(15);
    return { at, kind: 'kill', replicas: both ? [0, 1] : [index % 2], downMs: dice.whole(200, 3_000) };
  });
}

function databaseStops(spanMs: number, everyMs: number, dice: Dice): Trouble[] {
  return spread(Math.max(2, Math.round(spanMs / everyMs)), spanMs, dice).map((at, index) => {
    const mode = index % 2 === 0 ? 'immediate' : 'fast';
    return { at, kind: 'stop database', mode, downMs: dice.whole(100, 2_500) };
  });
}

/** Calls that each merchant's service makes for certain, so that a trouble that waits for one meets it. */
function callsOf(slug: Slug): VendorCall[] {
  const loop = (call: 'process' | 'flag' | 'note' | 'assess'): VendorCall => ({
    vendor: 'loop',
    call,
  });
  return [
    ...(rules[slug].refunds ? [loop('process')] : []),
    loop('flag'),
    { vendor: 'masonhub', call: 'create' },
    loop('note'),
    ...(rules[slug].dispositions ? [loop('assess')] : []),
  ];
}

/** What the polls ask. One that fails is tried again after pauses that grow, so only some do. */
const pollCalls: readonly VendorCall[] = [
  { vendor: 'loop', call: 'list' },
  { vendor: 'loop', call: 'asn' },
  { vendor: 'masonhub', call: 'find' },
];

/** Calls that only some returns lead to. */
const rareCalls: readonly VendorCall[] = [
  { vendor: 'loop', call: 'details' },
  { vendor: 'loop', call: 'notes' },
  { vendor: 'masonhub', call: 'replace' },
  { vendor: 'masonhub', call: 'delete' },
];

/** A hanging call keeps a worker for a quarter of a minute, and a 429 slows all calls down: there are only some. */
const faultWeights: readonly (readonly [VendorFault, number])[] = vendorFaults.map((fault) => [
  fault,
  fault.endsWith('hang') || fault.startsWith('429') ? 1 : 8,
]);

function vendorAnswers(returns: number, spanMs: number, dice: Dice): Trouble[] {
  const certain = slugs.flatMap((merchant) => callsOf(merchant).map((call) => ({ merchant, ...call })));
  const shuffled = certain.map((call) => ({ call, rank: dice.whole(0, 1_000_000) }));
  const calls = shuffled.sort((one, other) => one.rank - other.rank).map(({ call }) => call);
  // Each kind of fault once, right from the start, each on another kind of call.
  const first = vendorFaults.map((fault, index): Trouble => {
    const call = calls[index % calls.length] ?? { merchant: slugs[0], vendor: 'loop', call: 'process' };
    return { at: 0, kind: 'answer', fault, ...call };
  });
  const more = spread(Math.ceil(returns * 0.6), spanMs, dice).map((at): Trouble => {
    const call = dice.chance(75) ? dice.pick(calls) : { merchant: dice.pick(slugs), ...dice.pick(rareCalls) };
    return { at, kind: 'answer', fault: dice.weighted(faultWeights), ...call };
  });
  const polls = spread(Math.max(2, Math.round(spanMs / 8_000)), spanMs, dice).map((at): Trouble => {
    const fault = dice.pick(vendorFaults.filter((name) => !name.endsWith('hang') && !name.startsWith('429')));
    return { at, kind: 'answer', fault, merchant: dice.pick(slugs), ...dice.pick(pollCalls) };
  });
  return [...first, ...more, ...polls];
}

function silences(spanMs: number, dice: Dice): Trouble[] {
  return spread(Math.max(2, Math.round(spanMs / 12_000)), spanMs, dice).map((at, index) => ({
    at,
    kind: 'silence',
    merchant: dice.pick(slugs),
    vendor: index % 2 === 0 ? 'loop' : 'masonhub',
    forMs: dice.whole(1_500, 6_000),
  }));
}

function repeats(returns: number, spanMs: number, dice: Dice): Trouble[] {
  return spread(Math.ceil(returns * 0.5), spanMs, dice).map((at) => ({
    at,
    kind: 'repeat',
    merchant: dice.pick(slugs),
    vendor: dice.pick(['loop', 'masonhub'] as const),
    which: dice.whole(0, 1_000) / 1_000,
    times: dice.whole(1, 3),
  }));
}

function strayParcels(returns: number, spanMs: number, dice: Dice): Trouble[] {
  return spread(Math.max(2, Math.round(returns / 50)), spanMs, dice).map((at, index) => ({
    at,
    kind: 'stray parcel',
    merchant: dice.pick(slugs),
    trackingNumber: `STRAY${index}`,
  }));
}

/** Of every ten deliveries about one; a run has at least four to each return. */
function onTheWay(returns: number, dice: Dice): Schedule['onTheWay'] {
  const faults = new Map<number, { fault: WayFault; ms: number }>();
  for (let nth = 0; nth < returns * 8; nth += 1) {
    const fault = wayFaults[nth / 7] ?? (dice.chance(10) ? dice.pick(wayFaults) : null);
    if (fault !== null) faults.set(nth, { fault, ms: dice.whole(300, 4_000) });
  }
  return faults;
}
