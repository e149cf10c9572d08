import { z } from 'zod';
import type { Merchants } from '../../src/config/merchants.ts';
import { defaultPace } from '../../src/steps/pace.ts';
import { type AuditFinding, auditAll, auditStrays, strayRmas } from '../faults/audit.ts';
import { diceOf } from '../faults/dice.ts';
import type { Backends } from './backends.ts';
import { SimulatedDatabase } from './database.ts';
import { SimulatedJobs } from './jobs.ts';
import { SimulatedNetwork } from './network.ts';
import { Eye } from './observer.ts';
import { People } from './people.ts';
import { openSimulatedDatabase } from './pool.ts';
import { openSimulatedQueues } from './queues.ts';
import { type Door, settings, startReplica } from './replica.ts';
import { runAs, runForReal, untilAllWait } from './runtime.ts';
import type { SimulatedSchedule } from './schedule.ts';
import { type Actor, Scheduler, type Trace } from './scheduler.ts';
import { TroubleBook } from './trouble-book.ts';

/** What all seeds of a process share: real connections, and the endpoints of each replica. */
export interface Ground {
  readonly backends: Backends;
  readonly doors: readonly Door[];
}

export interface Simulated {
  readonly findings: readonly AuditFinding[];
  readonly steps: number;
  readonly simulatedMs: number;
  /** Equal where everything happened in the same order at the same time. */
  readonly fingerprint: number;
}

const begin = Date.UTC(2026, 0, 5, 9);
const longestMs = 6 * 3_600_000;
const mostSteps = 60_000;
const auditEveryMs = 20_000;
/** What is amiss while nothing has moved for two rounds of polls stays so. */
const stillMs = 2 * settings.pollIntervalMs + 30_000;

interface Replica {
  readonly slot: number;
  readonly door: Door;
  actor: Actor | null;
  /** How much its processes have done so far, all of them together. */
  steps: number;
}

/** One world: vendors, people, network, replicas and their database, from its first moment to the audit. */
class World {
  readonly #schedule: SimulatedSchedule;
  readonly #ground: Ground;
  readonly #troubles: TroubleBook;
  readonly #scheduler: Scheduler;
  readonly #eye: Eye;
  readonly #jobs: SimulatedJobs;
  readonly #database: SimulatedDatabase;
  readonly #network: SimulatedNetwork;
  readonly #people: People;
  readonly #replicas: readonly Replica[];
  readonly #findings: AuditFinding[] = [];
  #merchants: Merchants = new Map();

  constructor(schedule: SimulatedSchedule, ground: Ground, trace: Trace | null) {
    this.#schedule = schedule;
    this.#ground = ground;
    const troubles = new TroubleBook(schedule.troubles);
    const scheduler = new Scheduler(diceOf(schedule.seed ^ 0x5eed), begin, trace);
    const eye = new Eye(ground.backends);
    const ms = () => scheduler.now - begin;
    this.#replicas = ground.doors
      .slice(0, schedule.replicas)
      .map((door, slot) => ({ slot, door, actor: null, steps: 0 }));
    this.#database = new SimulatedDatabase(scheduler, ground.backends, {
      commitFault: () => troubles.commitFault(),
      isAway: () => troubles.isDatabaseAway(ms()),
      deadlock: (statements) => this.#find('wrong', 'database', `a deadlock: ${statements.join(' and ')}`),
      changed: () => eye.blink(),
    });
    const network = new SimulatedNetwork(scheduler, {
      callFault: (endpoint) => troubles.callFault(endpoint),
      wayFault: (nth) => troubles.wayFault(nth),
      isAway: (name) => troubles.isVendorAway(name, ms()),
      replicas: () =>
        this.#replicas.flatMap(({ actor, door }) =>
          actor === null ? [] : [{ actor, receive: door.receive }],
        ),
    });
    this.#people = new People({
      scheduler,
      network,
      eye,
      missed: (id, what) => this.#find('lost', id, what),
      patientUntil: begin + longestMs / 2,
    });
    this.#jobs = new SimulatedJobs(scheduler);
    this.#network = network;
    this.#troubles = troubles;
    this.#scheduler = scheduler;
    this.#eye = eye;
  }

  async run(): Promise<Simulated> {
    await this.#ground.backends.empty();
    this.#merchants = await this.#people.open(this.#schedule.merchants);
    for (const replica of this.#replicas) this.#start(replica);
    this.#people.arrange(this.#schedule);
    for (const { atMs } of this.#troubles.of('database away')) {
      this.#scheduler.after(atMs, this.#people.actor, 'the database goes away', () => this.#database.cut());
    }
    await this.#untilOver();
    const findings = [...this.#findings, ...(await this.#audit())];
    for (const replica of this.#replicas) await this.#kill(replica);
    const { steps, now, fingerprint } = this.#scheduler;
    return { findings, steps, simulatedMs: now - begin, fingerprint };
  }

  #find(kind: AuditFinding['kind'], id: string, what: string): void {
    this.#scheduler.note(`FOUND ${what}`);
    this.#findings.push({ kind, merchant: '', id, what });
  }

  #start(replica: Replica): void {
    const actor = this.#scheduler.actor(`replica-${replica.slot + 1}`);
    replica.actor = actor;
    const start = async () => {
      const store = await startReplica({
        db: openSimulatedDatabase(this.#database),
        queues: openSimulatedQueues(this.#jobs, actor, defaultPace),
        call: this.#network.callFrom(actor),
        merchants: this.#merchants,
        pace: defaultPace,
        hearError: (line) => this.#hearError(line),
      });
      replica.door.open(this.#merchants, store);
    };
    // A process that cannot start ends, and whoever looks after it starts it again.
    const again = (error: unknown) => {
      this.#scheduler.note(`${actor.name} cannot start: ${String(error)}`);
      this.#scheduler.after(0, this.#people.actor, `end ${actor.name}`, async () => {
        if (replica.actor === actor) await this.#kill(replica);
        this.#startLater(replica, 1_000);
      });
    };
    void runAs(actor, () => start().catch(again));
  }

  #startLater(replica: Replica, ms: number): void {
    const label = `start replica-${replica.slot + 1} again`;
    this.#scheduler.after(ms, this.#people.actor, label, () => {
      if (replica.actor === null) this.#start(replica);
    });
  }

  /** An error that does not come of the database's troubles is a defect. */
  #hearError(line: string): void {
    const { msg, err } = logLine.parse(JSON.parse(line));
    this.#scheduler.note(`logs ${msg}: ${err?.message ?? ''}`);
    if (err === undefined || ofTrouble.test(err.message)) return;
    this.#find('wrong', 'log', `${msg}: ${err.stack ?? err.message}`);
  }

  async #kill(replica: Replica): Promise<void> {
    const { actor } = replica;
    if (actor === null) return;
    actor.isAlive = false;
    replica.actor = null;
    replica.door.shut();
    this.#scheduler.forgetDead();
    this.#jobs.drop(actor);
    await runForReal(() => this.#database.drop(actor));
  }

  /** One thing happens, all code runs until it waits again, and perhaps a replica crashes there. */
  async #step(): Promise<boolean> {
    const acted = await this.#scheduler.step();
    await untilAllWait();
    const replica = this.#replicas.find(({ actor }) => actor !== null && actor === this.#scheduler.last);
    if (acted && replica !== undefined) await this.#meetTrouble(replica);
    return acted;
  }

  async #meetTrouble(replica: Replica): Promise<void> {
    const { actor } = replica;
    if (actor === null) return;
    replica.steps += 1;
    const { stall, crash } = this.#troubles.at(replica.slot, replica.steps);
    if (stall !== null) {
      this.#scheduler.note(`${actor.name} stops for ${stall.forMs} ms`);
      actor.stalledUntil = this.#scheduler.now + stall.forMs;
      this.#jobs.overdue(actor);
    }
    if (crash === null) return;
    this.#scheduler.note(`${actor.name} crashes`);
    await this.#kill(replica);
    this.#startLater(replica, crash.downMs);
  }

  /** Goes on until all is as it should be and nothing is left to do, or nothing moves any more. */
  async #untilOver(): Promise<void> {
    while (this.#people.isBusy() && !this.#isTooLong()) {
      if (!(await this.#step())) break;
    }
    const calmAt = begin + this.#troubles.calmAfterMs();
    let stillSince = this.#scheduler.now;
    let before = '';
    while (!this.#isTooLong() && this.#scheduler.now - stillSince <= stillMs) {
      const until = this.#scheduler.now + auditEveryMs;
      while (this.#scheduler.now < until && !this.#isTooLong() && (await this.#step()));
      const { now } = this.#scheduler;
      const isQuiet = now > calmAt && this.#jobs.open() === 0 && (await this.#eye.unapplied()) === 0;
      const findings = isQuiet ? await this.#audit() : [];
      if (isQuiet && findings.length === 0) return;
      const amiss = JSON.stringify(findings);
      if (!isQuiet || amiss !== before) stillSince = now;
      before = amiss;
    }
  }

  #isTooLong(): boolean {
    if (this.#scheduler.steps <= mostSteps) return this.#scheduler.now > begin + longestMs;
    if (this.#findings.every(({ id }) => id !== 'world')) {
      this.#find('lost', 'world', `it was not over after ${mostSteps} steps`);
    }
    return true;
  }

  async #audit(): Promise<AuditFinding[]> {
    const known = await this.#eye.returns();
    const observer = this.#eye.observer();
    return [
      ...(await auditAll(this.#schedule.returns, {
        ask: async (merchant, id) => known.get(`${merchant}/${id}`) ?? null,
        observer,
        vendorsOf: (slug) => this.#people.vendorsOf(slug),
      })),
      ...(await auditStrays(this.#people.strays, { observer })),
      ...this.#people.vendors().flatMap(strayRmas),
    ];
  }
}

const logLine = z.object({
  msg: z.string(),
  err: z.object({ message: z.string(), stack: z.string().optional() }).optional(),
});
const ofTrouble = /connection|terminated|ECONNREFUSED|deadlock|timeout|in time/i;

/** Lets a schedule take place. */
export function simulate(
  schedule: SimulatedSchedule,
  ground: Ground,
  trace: Trace | null = null,
): Promise<Simulated> {
  return new World(schedule, ground, trace).run();
}
