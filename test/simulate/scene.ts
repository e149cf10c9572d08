import { z } from 'zod';
import type { MakeCall } from '../../src/outbound/call.ts';
import type { AuditFinding } from '../faults/audit.ts';
import { auditAll, auditStrays, strayRmas } from '../faults/audit.ts';
import { diceOf } from '../faults/dice.ts';
import type { Slug } from '../faults/merchants.ts';
import type { PlannedReturn } from '../faults/plan.ts';
import type { Backends } from './backends.ts';
import { SimulatedDatabase } from './database.ts';
import { Fleet } from './fleet.ts';
import { SimulatedJobs } from './jobs.ts';
import { SimulatedNetwork } from './network.ts';
import { Eye } from './observer.ts';
import { People } from './people.ts';
import type { Door, ReplicaSettings } from './replica.ts';
import { untilAllWait } from './runtime.ts';
import { type Actor, Scheduler, type Trace } from './scheduler.ts';
import type { TroubleBook } from './trouble-book.ts';

/** What all seeds of a process share: real connections, and the endpoints of each replica. */
export interface Ground {
  readonly backends: Backends;
  readonly doors: readonly Door[];
}

export interface SceneParts {
  readonly ground: Ground;
  readonly seed: number;
  readonly replicas: number;
  readonly troubles: TroubleBook;
  readonly settings: ReplicaSettings;
  /** Until then people wait for what their plan waits for, in milliseconds since the beginning. */
  readonly patienceMs: number;
  readonly trace: Trace | null;
  /** What stands between a replica and the network; nothing unless given. */
  readonly callThrough?: (call: MakeCall) => MakeCall;
}

/** The first moment of every simulation. */
export const begin = Date.UTC(2026, 0, 5, 9);

/** Everybody who takes part: vendors, people, the network, replicas and their database. */
export class Scene {
  readonly scheduler: Scheduler;
  readonly eye: Eye;
  readonly jobs: SimulatedJobs;
  readonly people: People;
  readonly fleet: Fleet;
  /** What was found while it went on. */
  readonly findings: AuditFinding[] = [];
  readonly #parts: SceneParts;
  readonly #database: SimulatedDatabase;
  readonly #network: SimulatedNetwork;

  constructor(parts: SceneParts) {
    const { ground, seed, troubles, callThrough = (call) => call } = parts;
    const scheduler = new Scheduler(diceOf(seed ^ 0x5eed), begin, parts.trace);
    const eye = new Eye(ground.backends);
    const ms = () => scheduler.now - begin;
    const database = new SimulatedDatabase(scheduler, ground.backends, {
      commitFault: () => troubles.commitFault(),
      isAway: () => troubles.isDatabaseAway(ms()),
      slownessMs: () => troubles.databaseSlownessMs(),
      deadlock: (statements) => this.find('wrong', 'database', `a deadlock: ${statements.join(' and ')}`),
      changed: () => eye.blink(),
    });
    const network = new SimulatedNetwork(scheduler, {
      callFault: (endpoint) => troubles.callFault(endpoint),
      wayFault: (nth) => troubles.wayFault(nth),
      isAway: (name) => troubles.isVendorAway(name, ms()),
      replicas: () => this.fleet.reachable(),
    });
    this.people = new People({
      scheduler,
      network,
      eye,
      missed: (id, what) => this.find('lost', id, what),
      patientUntil: begin + parts.patienceMs,
    });
    this.jobs = new SimulatedJobs(scheduler);
    this.fleet = new Fleet({
      scheduler,
      jobs: this.jobs,
      database,
      doors: ground.doors.slice(0, parts.replicas),
      settings: parts.settings,
      callFrom: (actor: Actor) => callThrough(network.callFrom(actor)),
      keeper: this.people.actor,
      hearError: (line) => this.#hearError(line),
    });
    this.#parts = parts;
    this.#database = database;
    this.#network = network;
    this.scheduler = scheduler;
    this.eye = eye;
  }

  /** Empties the tables, opens the vendors' doors and starts the service. */
  async open(slugs: readonly Slug[]): Promise<void> {
    await this.#parts.ground.backends.empty();
    const merchants = await this.people.open(slugs);
    this.fleet.start(merchants);
  }

  /** From now on the database is away for as long as the troubles have it. */
  cutDatabaseAt(ms: number): void {
    this.scheduler.after(ms, this.people.actor, 'the database goes away', () => this.#database.cut());
  }

  /** One thing happens, all code runs until it waits again, and perhaps a replica crashes there. */
  async step(): Promise<boolean> {
    const acted = await this.scheduler.step();
    await untilAllWait();
    if (acted) await this.fleet.meetTrouble((slot, step) => this.#parts.troubles.at(slot, step));
    return acted;
  }

  find(kind: AuditFinding['kind'], id: string, what: string): void {
    this.scheduler.note(`FOUND ${what}`);
    this.findings.push({ kind, merchant: '', id, what });
  }

  /** Looks at each of the returns, at both vendors and here. */
  async audit(returns: readonly PlannedReturn[]): Promise<AuditFinding[]> {
    const { people, eye } = this;
    const known = await eye.returns();
    const observer = eye.observer();
    const found = [
      ...(await auditAll(returns, {
        ask: async (merchant, id) => known.get(`${merchant}/${id}`) ?? null,
        observer,
        vendorsOf: (slug) => people.vendorsOf(slug),
      })),
      ...(await auditStrays(people.strays, { observer })),
      ...people.vendors().flatMap(strayRmas),
    ];
    return found.filter(({ id, what }) => !(this.#network.createdLate.has(id) && isLeftOpen.test(what)));
  }

  /** An error that does not come of the database's troubles is a defect. */
  #hearError(line: string): void {
    const { msg, err } = logLine.parse(JSON.parse(line));
    this.scheduler.note(`logs ${msg}: ${err?.message ?? ''}`);
    if (err === undefined || ofTrouble.test(err.message)) return;
    if (ofStall.test(err.message) && this.#parts.troubles.of('stall').length > 0) return;
    this.find('wrong', 'log', `${msg}: ${err.stack ?? err.message}`);
  }
}

const logLine = z.object({
  msg: z.string(),
  err: z.object({ message: z.string(), stack: z.string().optional() }).optional(),
});
const ofTrouble = /connection|terminated|ECONNREFUSED|deadlock|timeout|in time/i;
/** A process that stood still for longer than anything may wait for its turn says so. */
const ofStall = /^More comes in than the database takes/;
/** A creation that was given up may arrive after the RMA's deletion: MasonHub then has it again, and tells nobody. */
const isLeftOpen = /^MasonHub still expects the parcel/;
