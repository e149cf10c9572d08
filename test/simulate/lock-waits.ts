import type { Backend, Backends } from './backends.ts';
import type { Connection, Settled, Statement } from './connection.ts';
import { realWait } from './runtime.ts';

/** A statement that waits for a lock. */
export interface Blocked extends Statement {
  readonly backend: Backend;
  readonly answer: Promise<Settled>;
  forgetTimeout: () => void;
}

/** A statement that takes longer may be waiting for a lock, and is looked at. In real time: it decides nothing. */
const suspiciousMs = 1;

/**
 * The statements that wait for a lock, by PostgreSQL's own word, in the order in which they began to wait. Their
 * backends stand still meanwhile: of several that a commit sets free, the quickest would otherwise get the next lock.
 */
export class LockWaits {
  readonly #backends: Backends;
  #waiting: readonly Blocked[] = [];

  constructor(backends: Backends) {
    this.#backends = backends;
  }

  all(): readonly Blocked[] {
    return this.#waiting;
  }

  has(blocked: Blocked): boolean {
    return this.#waiting.includes(blocked);
  }

  of(connection: Connection): Blocked | undefined {
    return this.#waiting.find((one) => one.connection === connection);
  }

  add(blocked: Blocked): void {
    blocked.backend.pause();
    this.#waiting = [...this.#waiting, blocked];
  }

  /** Its backend goes on. */
  forget(blocked: Blocked): void {
    blocked.forgetTimeout();
    blocked.backend.resume();
    this.#waiting = this.#waiting.filter((one) => one !== blocked);
  }

  /**
   * Lets the first go on whose lock is free, until it ends or waits for another one.
   * @returns null where none is free
   */
  async settleNext(): Promise<{ blocked: Blocked; settled: Settled } | null> {
    while (this.#waiting.length > 0) {
      const free = await this.#backends.unblockedOf(this.#waiting.map(({ backend }) => backend.pid));
      const blocked = this.#waiting.find(({ backend }) => free.includes(backend.pid));
      if (blocked === undefined) return null;
      blocked.backend.resume();
      const settled = await this.settledOrNull(blocked.backend, blocked.answer);
      if (settled !== null) {
        this.forget(blocked);
        return { blocked, settled };
      }
      blocked.backend.pause();
    }
    return null;
  }

  /** Null where PostgreSQL says that it waits for a lock. */
  async settledOrNull(backend: Backend, answer: Promise<Settled>): Promise<Settled | null> {
    let settled = await Promise.race([answer, realWait(suspiciousMs).then(() => null)]);
    while (settled === null) {
      if ((await this.#backends.blockersOf(backend)).length > 0) return null;
      settled = await Promise.race([answer, realWait(suspiciousMs).then(() => null)]);
    }
    return settled;
  }

  /** Those that wait for each other; none where there is no such circle. */
  async circleOf(first: Blocked): Promise<Blocked[]> {
    const seen: Blocked[] = [];
    const open = [first];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      seen.push(one);
      for (const pid of await this.#backends.blockersOf(one.backend)) {
        if (pid === first.backend.pid) return seen;
        const next = this.#waiting.find(({ backend }) => backend.pid === pid);
        if (next !== undefined && !seen.includes(next)) open.push(next);
      }
    }
    return [];
  }
}
