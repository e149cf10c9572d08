import { runAs } from './runtime.ts';
import type { Actor, Scheduler } from './scheduler.ts';

/** When and how often a job is tried. Seconds, as pg-boss has them. */
export interface Patience {
  readonly retryDelay: number;
  readonly retryBackoff: boolean;
  readonly retryDelayMax: number;
  readonly startAfter: number;
  readonly priority: number;
}

export interface Job {
  readonly id: string;
  readonly nth: number;
  readonly queue: string;
  /** As it is stored: text. */
  readonly data: string;
  readonly patience: Patience;
  readonly singletonKey: string | null;
  state: 'created' | 'retry' | 'active';
  dueAt: number;
  retries: number;
  /** Who has it, and how the worker is told that it is another's by now. */
  taken: { readonly by: Actor; readonly abort: AbortController } | null;
}

/** What becomes of a job; `handedBack` is there once more, and costs no try. */
export type Settled = 'completed' | 'failed' | 'handedBack';

export interface Worker {
  readonly actor: Actor;
  readonly queue: string;
  readonly batchSize: number;
  /** Whether a job that has come wakes workers; which of them looks first, and how soon, is the seed's. */
  readonly isWoken: boolean;
  /** How many more batches it may have in its hands. */
  free: number;
  isLooking: boolean;
  readonly carryOut: (jobs: readonly Job[]) => Promise<ReadonlyMap<string, Settled>>;
}

/** A worker that has not been heard of for so long is taken for dead, some seconds later: see `queues.ts`. */
const heartbeatMs = 15_000;
const superviseMs = 5_000;
/** When a job that was handed back is due again: see `step-jobs.ts`. */
const handedBackMs = 1_000;

/**
 * What pg-boss promises, without pg-boss: a job is there once the transaction that made it is committed, and not
 * before; it is carried out at least once, not before its time; what fails is tried again after pauses that grow;
 * what a dead worker had is given to another, and what a slow one does with it then no longer counts. One of the
 * jobs with a singleton key waits and one is under way at most.
 */
export class SimulatedJobs {
  readonly #scheduler: Scheduler;
  readonly #self: Actor;
  readonly #jobs = new Set<Job>();
  #workers: Worker[] = [];
  #nth = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.#self = scheduler.actor('queue');
  }

  /** The jobs that wait or are under way, beside those that recur and those that are not due for an hour. */
  open(): number {
    const soon = this.#scheduler.now + 3_600_000;
    return [...this.#jobs].filter((job) => job.singletonKey === null && job.dueAt < soon).length;
  }

  all(): number {
    return this.#jobs.size;
  }

  /** A process is gone; its jobs are found out about later. */
  drop(actor: Actor): void {
    this.#workers = this.#workers.filter((worker) => worker.actor !== actor);
    this.#expireLater(actor);
  }

  /** A process has stopped for longer than its heartbeats may: others get its jobs. */
  overdue(actor: Actor): void {
    this.#expireLater(actor);
  }

  #expireLater(actor: Actor): void {
    const mine = [...this.#jobs].filter((job) => job.taken?.by === actor);
    const ms = heartbeatMs + this.#scheduler.dice.whole(0, superviseMs);
    for (const job of mine) {
      const { taken } = job;
      this.#scheduler.after(ms, this.#self, `expires ${job.queue}`, () => {
        if (job.taken !== taken || taken === null) return;
        if (actor.isAlive && actor.stalledUntil <= this.#scheduler.now) return;
        this.#fail(job);
        this.#scheduler.after(0, actor, 'hears that a job is lost', () => taken.abort.abort());
      });
    }
  }

  add(queue: string, data: unknown, patience: Patience, singletonKey: string | null = null): void {
    const isThere = [...this.#jobs].some(
      (job) => job.queue === queue && job.singletonKey === singletonKey && job.state === 'created',
    );
    if (singletonKey !== null && isThere) return;
    this.#nth += 1;
    const job: Job = {
      id: String(this.#nth),
      nth: this.#nth,
      queue,
      data: JSON.stringify(data),
      patience,
      singletonKey,
      state: 'created',
      dueAt: this.#scheduler.now + patience.startAfter * 1000,
      retries: 0,
      taken: null,
    };
    this.#jobs.add(job);
    this.#announce(job);
  }

  deleteWaiting(queue: string): void {
    for (const job of this.#jobs) if (job.queue === queue && job.state !== 'active') this.#jobs.delete(job);
  }

  work(worker: Worker): void {
    this.#workers.push(worker);
    this.look(worker);
  }

  stopWork(actor: Actor, queue: string): void {
    this.#workers = this.#workers.filter((worker) => worker.actor !== actor || worker.queue !== queue);
  }

  /** Has a worker look, now or in its rhythm, for what is due. */
  look(worker: Worker, withinMs = 50): void {
    if (worker.isLooking || worker.free === 0) return;
    worker.isLooking = true;
    const ms = this.#scheduler.dice.whole(0, withinMs);
    this.#scheduler.after(ms, worker.actor, `looks into ${worker.queue}`, () => {
      worker.isLooking = false;
      if (this.#workers.includes(worker)) this.#take(worker);
    });
  }

  #announce(job: Job): void {
    const pollMs = 2_000;
    this.#scheduler.after(job.dueAt - this.#scheduler.now, this.#self, `has a job for ${job.queue}`, () => {
      for (const worker of this.#workers.filter(({ queue }) => queue === job.queue)) {
        this.look(worker, worker.isWoken ? 50 : pollMs);
      }
    });
  }

  #take(worker: Worker): void {
    const due = [...this.#jobs]
      .filter(
        (job) => job.queue === worker.queue && job.state !== 'active' && job.dueAt <= this.#scheduler.now,
      )
      .filter((job) => job.singletonKey === null || !this.#isUnderWay(job))
      .sort((one, other) => other.patience.priority - one.patience.priority || one.nth - other.nth)
      .slice(0, worker.batchSize);
    if (due.length === 0 || worker.free === 0) return;
    worker.free -= 1;
    const taken = due.map((job) => ({ job, hand: { by: worker.actor, abort: new AbortController() } }));
    for (const { job, hand } of taken) {
      job.state = 'active';
      job.taken = hand;
    }
    void runAs(worker.actor, async () => {
      const results = await worker.carryOut(due).catch(() => null);
      this.#scheduler.after(0, worker.actor, `settles ${worker.queue}`, () => {
        for (const { job, hand } of taken) {
          if (job.taken !== hand) continue;
          const settled = results?.get(job.id) ?? 'failed';
          if (settled === 'completed') this.#jobs.delete(job);
          else if (settled === 'failed') this.#fail(job);
          else this.#handBack(job);
        }
        worker.free += 1;
        this.look(worker);
      });
    });
    if (due.length === worker.batchSize) this.look(worker);
  }

  #isUnderWay({ queue, singletonKey }: Job): boolean {
    return [...this.#jobs].some(
      (job) => job.queue === queue && job.singletonKey === singletonKey && job.state === 'active',
    );
  }

  #fail(job: Job): void {
    const { retryDelay, retryBackoff, retryDelayMax } = job.patience;
    const grown = retryBackoff ? retryDelay * 2 ** Math.min(16, job.retries) : retryDelay;
    // Between a half and the whole, as the queue has it.
    const seconds =
      Math.min(grown, retryDelayMax) * (retryBackoff ? this.#scheduler.dice.whole(50, 100) / 100 : 1);
    job.state = 'retry';
    job.taken = null;
    job.retries += 1;
    job.dueAt = this.#scheduler.now + seconds * 1000;
    this.#announce(job);
  }

  #handBack(job: Job): void {
    job.state = 'created';
    job.taken = null;
    job.dueAt = this.#scheduler.now + handedBackMs;
    this.#announce(job);
  }

  signalOf(job: Job): AbortSignal {
    return job.taken?.abort.signal ?? AbortSignal.abort();
  }
}
