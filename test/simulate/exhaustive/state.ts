import type { ReturnEvent } from '../../../src/returns/events.ts';
import type { LoopState } from '../../../src/returns/loop-facts.ts';
import type { Receipt, Return, Rma, Step } from '../../../src/returns/return.ts';
import type { Lifecycle } from './facts.ts';

/** A whole world of one return with one item, as data: what the service knows, and what is so at the vendors. */
export interface World {
  readonly facts: Return;
  /** The jobs that are committed. Twice the same is once. */
  readonly jobs: readonly Step[];
  /** What a worker has in its hands; null for a step that it is not at. A crash empties its hands. */
  readonly hands: { readonly rma: RmaInHand | null; readonly message: MessageInHand | null };
  /** A message that was claimed, and what Loop had last said of the return by then. */
  readonly claim: { readonly state: LoopState | null } | null;
  /** How many messages have been claimed; more than two are as good as two. */
  readonly requests: 0 | 1 | 2;
  readonly loop: LoopWorld;
  readonly hub: HubWorld;
  /** How much more may go wrong, or be done by people: what bounds the walk. */
  readonly left: Budget;
}

export interface Budget {
  readonly crashes: number;
  readonly refusals: number;
  readonly retries: number;
  readonly edits: number;
  /** What the warehouse says of a box that came without an RMA. */
  readonly boxes: number;
}

/** Noted as sent, but not on the wire; done at MasonHub, its answer on the way; or refused. */
export interface RmaInHand {
  readonly task: 'create' | 'replace' | 'delete';
  readonly rma: Rma;
  readonly phase: 'noted' | 'answered';
  readonly answer: ReturnEvent | null;
}

export interface MessageInHand {
  readonly phase: 'claimed' | 'answered';
  readonly seen: Seen;
  readonly answer: ReturnEvent | null;
}

export interface LoopEdit {
  readonly state: LoopState;
  readonly sku: string;
}

export interface LoopWorld {
  /** As it was after each edit; each can be told at any time from then on, as often as you like. */
  readonly edits: readonly LoopEdit[];
  /** Accepted, and not carried out yet. */
  readonly isQueued: boolean;
  /** Whether Loop could not carry one out, which it can tell at any time from then on, and more than once. */
  readonly hasFailed: boolean;
  /** Messages in effect, and what was known when each was accepted. */
  readonly taken: readonly Taken[];
}

export interface Taken {
  readonly kind: 'process' | 'flag';
  /** The RMA that was last sent. */
  readonly asked: Rma | null;
  readonly seen: Seen;
}

/** The newest that had been told, when a message was claimed, of the RMA's parcel and of a box that counts to the return. */
export interface Seen {
  readonly own: Disposition | null;
  readonly box: BoxSaid | null;
}

export type Disposition = 'available' | 'damaged' | 'qc';

export interface HubWorld {
  readonly held: Rma | null;
  /** The RMA under which the parcel was received. */
  readonly stage: 'expected' | 'onDock' | 'received';
  /** What was found, the last of them last; each can be told at any time from then on. */
  readonly found: readonly Disposition[];
  /** Which was the newest that was told. */
  readonly told: number | null;
  readonly box: BoxWorld;
}

/** A parcel that came without an RMA. */
export interface BoxWorld {
  /** What MasonHub has said of it, the last of it last; each can be told at any time from then on. */
  readonly said: readonly BoxSaid[];
  /** What the service keeps of it, and whether it counts to the return. */
  readonly kept: { readonly receipt: Receipt; readonly isCounted: boolean } | null;
  /** Which was the newest that was told. */
  readonly told: number | null;
}

export interface BoxSaid {
  readonly found: Disposition | 'unread';
  readonly number: 'own' | 'another';
}

/** What can happen next, by its name. */
export type Next = readonly (readonly [name: string, World])[];

/** The service hears of something, and commits what comes of it with the jobs that are due since. */
export function hear(world: World, event: ReturnEvent, lifecycle: Lifecycle): World {
  const { after, steps } = lifecycle.hear(world.facts, event);
  const jobs = [...new Set([...world.jobs, ...steps])].sort();
  return { ...world, facts: after, jobs };
}

export function without(world: World, step: Step): World {
  return { ...world, jobs: world.jobs.filter((one) => one !== step) };
}

export function spend(world: World, what: keyof Budget): World | null {
  const left = world.left[what];
  return left === 0 ? null : { ...world, left: { ...world.left, [what]: left - 1 } };
}
