import type { Merchants } from '../../src/config/merchants.ts';
import type { MakeCall } from '../../src/outbound/call.ts';
import { defaultPace } from '../../src/steps/pace.ts';
import type { SimulatedDatabase } from './database.ts';
import type { SimulatedJobs } from './jobs.ts';
import type { Reachable } from './network.ts';
import { openSimulatedDatabase } from './pool.ts';
import { openSimulatedQueues } from './queues.ts';
import { type Door, type ReplicaSettings, startReplica } from './replica.ts';
import { runAs, runForReal } from './runtime.ts';
import type { Actor, Scheduler } from './scheduler.ts';
import type { Mishap } from './trouble-book.ts';

/** A pull reads Loop's report first, as it does for many returns; the usual way has tests of its own. */
const simulatedPace = { ...defaultPace, returnsAskedAlone: 0 };

interface Replica {
  readonly slot: number;
  readonly door: Door;
  actor: Actor | null;
  /** How much its processes have done so far, all of them together. */
  steps: number;
}

export interface FleetParts {
  readonly scheduler: Scheduler;
  readonly jobs: SimulatedJobs;
  readonly database: SimulatedDatabase;
  /** One for each replica. */
  readonly doors: readonly Door[];
  readonly settings: ReplicaSettings;
  readonly callFrom: (actor: Actor) => MakeCall;
  /** Who starts a process again that has ended. */
  readonly keeper: Actor;
  /** Hears of what the service calls an error. */
  readonly hearError: (line: string) => void;
}

/** The replicas of the service: processes that start, crash, stop for a while and come back. */
export class Fleet {
  readonly #parts: FleetParts;
  readonly #replicas: readonly Replica[];
  #merchants: Merchants = new Map();

  constructor(parts: FleetParts) {
    this.#parts = parts;
    this.#replicas = parts.doors.map((door, slot) => ({ slot, door, actor: null, steps: 0 }));
  }

  start(merchants: Merchants): void {
    this.#merchants = merchants;
    for (const replica of this.#replicas) this.#start(replica);
  }

  /** Ends all of them, and starts each again with what it is to know of the merchants from now on. */
  async restart(merchants: Merchants): Promise<void> {
    this.#merchants = merchants;
    for (const replica of this.#replicas) await this.#crash(replica, 1_000);
  }

  /** Ends one of them, and starts it again later. */
  async crash(slot: number, downMs: number): Promise<void> {
    const replica = this.#replicas[slot];
    if (replica !== undefined) await this.#crash(replica, downMs);
  }

  async end(): Promise<void> {
    for (const replica of this.#replicas) await this.#kill(replica);
  }

  reachable(): Reachable[] {
    return this.#replicas.flatMap(({ actor, door }) =>
      actor === null || !door.isOpen() ? [] : [{ actor, receive: door.receive }],
    );
  }

  /** What befalls whoever has just made a step. */
  async meetTrouble(mishapAt: (slot: number, step: number) => Mishap): Promise<void> {
    const { scheduler, jobs } = this.#parts;
    const replica = this.#replicas.find(({ actor }) => actor !== null && actor === scheduler.last);
    if (replica === undefined || replica.actor === null) return;
    const { actor } = replica;
    replica.steps += 1;
    const { stall, crash } = mishapAt(replica.slot, replica.steps);
    if (stall !== null) {
      scheduler.note(`${actor.name} stops for ${stall.forMs} ms`);
      actor.stalledUntil = scheduler.now + stall.forMs;
      jobs.overdue(actor);
    }
    if (crash !== null) await this.#crash(replica, crash.downMs);
  }

  async #crash(replica: Replica, downMs: number): Promise<void> {
    this.#parts.scheduler.note(`replica-${replica.slot + 1} crashes`);
    await this.#kill(replica);
    this.#startLater(replica, downMs);
  }

  #start(replica: Replica): void {
    const { scheduler, jobs, database, settings, callFrom, keeper, hearError } = this.#parts;
    const actor = scheduler.actor(`replica-${replica.slot + 1}`);
    replica.actor = actor;
    const merchants = this.#merchants;
    const start = async () => {
      const store = await startReplica({
        db: openSimulatedDatabase(database),
        queues: openSimulatedQueues(jobs, actor, defaultPace),
        call: callFrom(actor),
        merchants,
        pace: simulatedPace,
        settings,
        hearError,
      });
      replica.door.open(merchants, store);
    };
    // A process that cannot start ends, and whoever looks after it starts it again.
    const again = (error: unknown) => {
      scheduler.note(`${actor.name} cannot start: ${String(error)}`);
      scheduler.after(0, keeper, `end ${actor.name}`, async () => {
        if (replica.actor === actor) await this.#kill(replica);
        this.#startLater(replica, 1_000);
      });
    };
    void runAs(actor, () => start().catch(again));
  }

  #startLater(replica: Replica, ms: number): void {
    const { scheduler, keeper } = this.#parts;
    scheduler.after(ms, keeper, `start replica-${replica.slot + 1} again`, () => {
      if (replica.actor === null) this.#start(replica);
    });
  }

  async #kill(replica: Replica): Promise<void> {
    const { actor } = replica;
    if (actor === null) return;
    const { scheduler, jobs, database } = this.#parts;
    actor.isAlive = false;
    replica.actor = null;
    replica.door.shut();
    scheduler.forgetDead();
    jobs.drop(actor);
    await runForReal(() => database.drop(actor));
  }
}
