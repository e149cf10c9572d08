import type { Dice } from '../faults/dice.ts';

/** A replica, the network, or the people: whose code waits for something. What is dead never goes on. */
export interface Actor {
  readonly name: string;
  readonly scheduler: Scheduler;
  isAlive: boolean;
  /** Until then, in simulated milliseconds, nothing of it goes on: its process has stopped, and comes back. */
  stalledUntil: number;
}

/** Something that may happen next, once its time has come. */
interface Task {
  readonly nth: number;
  readonly at: number;
  readonly actor: Actor;
  readonly label: string;
  readonly happen: () => void | Promise<void>;
}

/** What the scheduler hears of what happened: a story for people, in its order. */
export type Trace = (line: string) => void;

/**
 * Decides, by a seed, which of all that may happen next does. One thing happens at a time; then all code runs
 * until it waits again. Time goes on only where nothing is left to happen now, and so costs nothing.
 */
export class Scheduler {
  /** Milliseconds since 1970. */
  now: number;
  /** How many things have happened. */
  steps = 0;
  /** Of everything that has happened, in its order: two runs with the same one were the same. */
  fingerprint = 0;
  /** Whose turn it was last. */
  last: Actor | null = null;
  readonly dice: Dice;
  readonly #trace: Trace | null;
  readonly #begin: number;
  #tasks: Task[] = [];
  #nth = 0;

  constructor(dice: Dice, begin: number, trace: Trace | null) {
    this.dice = dice;
    this.now = begin;
    this.#begin = begin;
    this.#trace = trace;
  }

  actor(name: string): Actor {
    return { name, scheduler: this, isAlive: true, stalledUntil: 0 };
  }

  /** @returns what takes it back */
  after(ms: number, actor: Actor, label: string, happen: Task['happen']): () => void {
    // Its last statement may be told that its connection is gone; what it would do then, it does not do any more.
    if (!actor.isAlive) return () => {};
    this.#nth += 1;
    const task = { nth: this.#nth, at: this.now + Math.max(0, ms), actor, label, happen };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((one) => one !== task);
    };
  }

  /** What waits for an actor that is dead is forgotten. */
  forgetDead(): void {
    this.#tasks = this.#tasks.filter(({ actor }) => actor.isAlive);
  }

  note(line: string): void {
    this.#trace?.(`${((this.now - this.#begin) / 1000).toFixed(3).padStart(9)}  ${line}`);
  }

  /**
   * Lets one thing happen.
   * @returns false where nothing ever will
   */
  async step(): Promise<boolean> {
    const task = this.#choose();
    if (task === null) return false;
    this.steps += 1;
    this.last = task.actor;
    this.#tasks = this.#tasks.filter((one) => one !== task);
    this.#remember(task);
    await task.happen();
    return true;
  }

  #choose(): Task | null {
    let due = this.#due();
    if (due.length === 0) {
      const next = Math.min(...this.#tasks.map(timeOf));
      if (!Number.isFinite(next)) return null;
      this.now = next;
      due = this.#due();
    }
    return due[this.dice.whole(0, due.length - 1)] ?? null;
  }

  #due(): Task[] {
    return this.#tasks.filter((task) => timeOf(task) <= this.now);
  }

  #remember({ actor, label }: Task): void {
    const line = `${actor.name} ${label}`;
    this.note(line);
    let hash = this.fingerprint ^ this.now;
    for (let at = 0; at < line.length; at += 1) hash = Math.imul(hash ^ line.charCodeAt(at), 16_777_619);
    this.fingerprint = hash;
  }
}

function timeOf({ at, actor }: Task): number {
  return Math.max(at, actor.stalledUntil);
}
