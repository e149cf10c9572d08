import { AsyncLocalStorage } from 'node:async_hooks';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Actor } from './scheduler.ts';

/**
 * The runtime's own clock, timers and chance, simulated: whatever code runs for an actor, of this service or of a
 * package, and however it asks for the time, gets the scheduler's. Code that runs for nobody has the real ones.
 */

const running = new AsyncLocalStorage<Actor>();

/** Runs code for an actor, with everything that comes of it. */
export function runAs<Result>(actor: Actor, code: () => Result): Result {
  return running.run(actor, code);
}

/** Runs code for nobody, in real time. */
export function runForReal<Result>(code: () => Result): Result {
  return running.exit(code);
}

/** @throws where the code does not run for an actor */
export function runningActor(): Actor {
  const actor = running.getStore();
  if (actor === undefined) throw new Error('This code runs for no actor of a simulation');
  return actor;
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  now: performance.now.bind(performance),
  random: Math.random,
  uuid: crypto.randomUUID,
  wait: timers.setTimeout,
  snapshot: AsyncLocalStorage.snapshot,
  Date: globalThis.Date,
};

/** Waits in real time, for what is not simulated. */
export function realWait(ms: number): Promise<void> {
  return new Promise((resolve) => void real.setTimeout(resolve, ms));
}

export const realNow = real.now;

let immediates = 0;

/** Resolves once all code has run until it waits for something that only the scheduler can let happen. */
export async function untilAllWait(): Promise<void> {
  do {
    await new Promise<void>((resolve) => void real.setImmediate(resolve));
  } while (immediates > 0);
}

class Timer {
  readonly cancel: () => void;

  constructor(actor: Actor, ms: number, happen: () => void) {
    this.cancel = actor.scheduler.after(ms, actor, 'timer', () => runAs(actor, happen));
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

type Callback = (...args: unknown[]) => unknown;

function simulatedWait(ms = 1, value?: unknown, options: { signal?: AbortSignal } = {}): Promise<unknown> {
  const actor = running.getStore();
  const { signal } = options;
  if (actor === undefined) return real.wait(ms, value, options);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new DOMException('The operation was aborted', 'AbortError'));
      return;
    }
    const timer = new Timer(actor, ms, () => resolve(value));
    signal?.addEventListener('abort', () => {
      timer.cancel();
      reject(new DOMException('The operation was aborted', 'AbortError'));
    });
  });
}

/** The time of the actor that code runs for, as any code reads it. */
const simulatedDate = new Proxy(real.Date, {
  construct: (target, args, newTarget) => {
    const actor = running.getStore();
    const own: unknown[] = actor === undefined || args.length > 0 ? args : [actor.scheduler.now];
    const made: object = Reflect.construct(target, own, newTarget);
    return made;
  },
  get: (target, property) => (property === 'now' ? nowOf : Reflect.get(target, property)),
});

function nowOf(): number {
  return running.getStore()?.scheduler.now ?? real.Date.now();
}

function chance(): number {
  const actor = running.getStore();
  return actor === undefined ? real.random() : actor.scheduler.dice.whole(0, 0xffff_ffff) / 0x1_0000_0000;
}

function uuid(options?: crypto.RandomUUIDOptions): crypto.UUID {
  const actor = running.getStore();
  if (actor === undefined) return real.uuid(options);
  const digits = (count: number) =>
    Array.from({ length: count }, () => actor.scheduler.dice.whole(0, 15).toString(16)).join('');
  return `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`;
}

/** From now on, in this process, code that runs for an actor has the scheduler's time and chance. */
export function simulateRuntime(): void {
  Object.assign(globalThis, {
    Date: simulatedDate,
    setTimeout: (callback: Callback, ms = 1, ...args: unknown[]) => {
      const actor = running.getStore();
      return actor === undefined
        ? real.setTimeout(callback, ms, ...args)
        : new Timer(actor, ms, () => callback(...args));
    },
    clearTimeout: (timer: unknown) => {
      if (timer instanceof Timer) timer.cancel();
      else if (timer === undefined || timer === null) return;
      else Reflect.apply(real.clearTimeout, undefined, [timer]);
    },
    setImmediate: (callback: Callback, ...args: unknown[]) => {
      if (running.getStore() === undefined) return real.setImmediate(callback, ...args);
      immediates += 1;
      return real.setImmediate(() => {
        immediates -= 1;
        callback(...args);
      });
    },
  });
  Object.assign(performance, { now: () => running.getStore()?.scheduler.now ?? real.now() });
  // What leaves a request's context behind does not leave its process.
  Object.assign(AsyncLocalStorage, {
    snapshot: () => {
      const leave = real.snapshot();
      return (code: Callback, ...args: unknown[]) => {
        const actor = running.getStore();
        return leave(() => (actor === undefined ? code(...args) : running.run(actor, code, ...args)));
      };
    },
  });
  Object.assign(Math, { random: chance });
  Object.assign(timers, { setTimeout: simulatedWait });
  Object.assign(crypto, { randomUUID: uuid });
  syncBuiltinESMExports();
}
