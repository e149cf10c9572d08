import type { Merchant } from '../../../src/config/merchants.ts';
import { dueSteps } from '../../../src/returns/lifecycle.ts';
import { newReturn, type Status } from '../../../src/returns/return.ts';
import { statusOf } from '../../../src/returns/status.ts';
import { type ParcelSeen, ruling } from '../../returns/money-rule.ts';
import { boxActs, boxTells } from './box.ts';
import { Lifecycle } from './facts.ts';
import type { Budget, Disposition, Next, Taken, World } from './state.ts';
import { loopActs, loopTellsOf, peopleAct, personRetries, warehouseActs, warehouseTells } from './vendors.ts';
import { workersAct } from './worker.ts';

/** A state in which something is not as it has to be, and the shortest way there. */
export interface Broken {
  readonly what: string;
  readonly way: readonly string[];
}

export interface Walked {
  readonly states: number;
  readonly moves: number;
  /** How many things can happen one after the other; all states within that many are among those counted. */
  readonly depth: number;
  /** Whether nothing new comes after that. */
  readonly isWhole: boolean;
  /** From one status to another, as `open --> receiving`. */
  readonly statusMoves: ReadonlySet<string>;
  readonly broken: readonly Broken[];
}

const mostBroken = 5;

/** Visits every state within so many moves, the near ones first, each once; and looks at each whether it is sound. */
export function walk(merchant: Merchant, budget: Budget, deepest: number): Walked {
  const lifecycle = new Lifecycle(merchant);
  const first = newWorld(lifecycle, budget);
  const keyOf = ({ facts, ...rest }: World) => `${lifecycle.numberOf(facts)} ${JSON.stringify(rest)}`;
  const cameFrom = new Map<string, readonly [from: string | null, by: string]>([
    [keyOf(first), [null, 'begins']],
  ]);
  const statusMoves = new Set<string>();
  const broken: Broken[] = [];
  let edge = [first];
  let moves = 0;
  let depth = 0;
  for (; depth < deepest && edge.length > 0 && broken.length < mostBroken; depth += 1) {
    const next: World[] = [];
    for (const world of edge) {
      const from = keyOf(world);
      for (const [name, after] of nextOf(world, lifecycle)) {
        moves += 1;
        noteMove(statusMoves, world, after);
        const key = keyOf(after);
        if (cameFrom.has(key)) continue;
        cameFrom.set(key, [from, name]);
        next.push(after);
        for (const what of unsound(after, world)) broken.push({ what, way: wayTo(key, cameFrom) });
      }
    }
    edge = next;
  }
  return { states: cameFrom.size, moves, depth, isWhole: edge.length === 0, statusMoves, broken };
}

function newWorld({ slug }: Lifecycle, left: Budget): World {
  return {
    facts: newReturn(slug, '99904598'),
    jobs: [],
    hands: { rma: null, message: null },
    claim: null,
    requests: 0,
    loop: { edits: [], isQueued: false, hasFailed: false, taken: [] },
    hub: { held: null, stage: 'expected', found: [], told: null, box: { said: [], kept: null, told: null } },
    left,
  };
}

function nextOf(world: World, lifecycle: Lifecycle): Next {
  return [
    ...peopleAct(world),
    ...loopActs(world),
    ...loopTellsOf(world, lifecycle),
    ...warehouseActs(world),
    ...warehouseTells(world, lifecycle),
    ...boxActs(world),
    ...boxTells(world, lifecycle),
    ...personRetries(world, lifecycle),
    ...workersAct(world, lifecycle),
  ];
}

function noteMove(moves: Set<string>, before: World, after: World): void {
  const [from, to]: Status[] = [statusOf(before.facts).status, statusOf(after.facts).status];
  if (from !== to) moves.add(`${from} --> ${to}`);
}

function wayTo(key: string, cameFrom: ReadonlyMap<string, readonly [string | null, string]>): string[] {
  const [from, by] = cameFrom.get(key) ?? [null, ''];
  return from === null ? [] : [...wayTo(from, cameFrom), by];
}

/** What has to hold in every state. */
function* unsound(world: World, before: World): Generator<string> {
  const { taken } = world.loop;
  if (taken.length > 1) yield `${taken.map(({ kind }) => kind).join(' and ')} took effect`;
  for (const one of taken)
    if (one.kind === 'process' && !isOwed(one)) yield 'a refund that the rule does not allow';
  const [was, is] = [before.facts.outcome?.kind, world.facts.outcome?.kind];
  if (was !== undefined && was !== is) yield `the decision was ${was} and is ${is ?? 'none'}`;
  const isInHand = (step: string) =>
    (step === 'rma' && world.hands.rma !== null) || (step === 'message' && world.hands.message !== null);
  for (const step of dueSteps(world.facts)) {
    if (!world.jobs.includes(step) && !isInHand(step)) yield `${step} is due and nobody is to do it`;
  }
}

/** By the rule's second writing, of what was asked for and found by then. */
function isOwed({ asked, seen: { own, box } }: Taken): boolean {
  if (asked === null) return false;
  const { lines, receiveInto } = asked;
  const said = ruling({
    asked: lines,
    receiveInto,
    policy: {
      refund: ['available'],
      wait: ['qc'],
      waitForMs: 1,
      secondParcelForMs: 0,
      trustRequestedStatus: false,
    },
    parcels: [
      ...(own === null ? [] : [parcelWith(own, lines[0]?.sku ?? '')]),
      ...(box === null ? [] : [{ ...parcelWith(box.found, 'TEE'), key: 'box', isBlind: true }]),
    ],
    refundsEnabled: true,
    anotherParcelOnItsWay: false,
    askedAgain: false,
    waitedForMs: 0,
  });
  return said === 'refund';
}

function parcelWith(disposition: Disposition | 'unread', sku: string): ParcelSeen {
  const line = { sku, onRma: true, counted: null, detailed: true, received: [{ disposition, units: 1 }] };
  const isRead = disposition !== 'unread';
  const status = isRead ? 'received' : 'unread';
  return { key: 'own', packageId: null, isBlind: false, status, lines: isRead ? [line] : [] };
}
