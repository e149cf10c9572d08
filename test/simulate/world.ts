import type { AuditFinding } from '../faults/audit.ts';
import { begin, type Ground, Scene } from './scene.ts';
import type { SimulatedSchedule } from './schedule.ts';
import type { Trace } from './scheduler.ts';
import { TroubleBook } from './trouble-book.ts';

export interface Simulated {
  readonly findings: readonly AuditFinding[];
  readonly steps: number;
  readonly simulatedMs: number;
  /** Equal where everything happened in the same order at the same time. */
  readonly fingerprint: number;
}

const settings = { pollIntervalMs: 300_000, retentionMs: 86_400_000 };
const longestMs = 6 * 3_600_000;
/** For each return: people look every third of a second, also through an outage of 40 minutes. */
const mostSteps = 15_000;
const auditEveryMs = 20_000;
/** What is amiss while nothing has moved for two rounds of polls stays so. */
const stillMs = 2 * settings.pollIntervalMs + 30_000;

/** A schedule that takes place, from its first moment to the audit. */
class World {
  readonly #schedule: SimulatedSchedule;
  readonly #troubles: TroubleBook;
  readonly #scene: Scene;

  constructor(schedule: SimulatedSchedule, ground: Ground, trace: Trace | null) {
    const { seed, replicas } = schedule;
    this.#schedule = schedule;
    this.#troubles = new TroubleBook(schedule.troubles);
    const patienceMs = longestMs / 2;
    this.#scene = new Scene({
      ground,
      seed,
      replicas,
      troubles: this.#troubles,
      settings,
      patienceMs,
      trace,
    });
  }

  async run(): Promise<Simulated> {
    const { people, scheduler, fleet, findings } = this.#scene;
    await this.#scene.open(this.#schedule.merchants);
    people.arrange(this.#schedule);
    for (const { atMs } of this.#troubles.of('database away')) this.#scene.cutDatabaseAt(atMs);
    await this.#untilOver();
    const found = [...findings, ...(await this.#audit())];
    await fleet.end();
    const { steps, now, fingerprint } = scheduler;
    return { findings: found, steps, simulatedMs: now - begin, fingerprint };
  }

  /** Goes on until all is as it should be and nothing is left to do, or nothing moves any more. */
  async #untilOver(): Promise<void> {
    const { people, scheduler, jobs, eye } = this.#scene;
    while (people.isBusy() && !this.#isTooLong()) {
      if (!(await this.#scene.step())) break;
    }
    const calmAt = begin + this.#troubles.calmAfterMs();
    let stillSince = scheduler.now;
    let before = '';
    while (!this.#isTooLong() && scheduler.now - stillSince <= stillMs) {
      const until = scheduler.now + auditEveryMs;
      while (scheduler.now < until && !this.#isTooLong() && (await this.#scene.step()));
      const { now } = scheduler;
      const isQuiet = now > calmAt && jobs.open() === 0 && (await eye.unapplied()) === 0;
      const findings = isQuiet ? await this.#audit() : [];
      if (isQuiet && findings.length === 0) return;
      const amiss = JSON.stringify(findings);
      if (!isQuiet || amiss !== before) stillSince = now;
      before = amiss;
    }
  }

  #isTooLong(): boolean {
    const { scheduler, findings } = this.#scene;
    const most = mostSteps * this.#schedule.returns.length;
    if (scheduler.steps <= most) return scheduler.now > begin + longestMs;
    if (findings.every(({ id }) => id !== 'world')) {
      this.#scene.find('lost', 'world', `it was not over after ${most} steps`);
    }
    return true;
  }

  #audit(): Promise<AuditFinding[]> {
    return this.#scene.audit(this.#schedule.returns);
  }
}

/** Lets a schedule take place. */
export function simulate(
  schedule: SimulatedSchedule,
  ground: Ground,
  trace: Trace | null = null,
): Promise<Simulated> {
  return new World(schedule, ground, trace).run();
}
