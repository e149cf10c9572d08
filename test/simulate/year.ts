import type { AuditFinding } from '../faults/audit.ts';
import { type Dice, diceOf } from '../faults/dice.ts';
import type { PlannedReturn } from '../faults/plan.ts';
import { Keys } from './keys.ts';
import { begin, type Ground, Scene } from './scene.ts';
import { plannedReturn, type SimulatedTrouble } from './schedule.ts';
import { TroubleBook } from './trouble-book.ts';
import { type Cost, CostMeter } from './year-cost.ts';
import { type Kept, keptBy } from './year-kept.ts';

export interface YearOptions {
  readonly days: number;
  readonly returnsADay: number;
}

export interface YearReport {
  readonly lives: number;
  readonly months: readonly Kept[];
  readonly firstMonth: Cost;
  readonly lastMonth: Cost;
  readonly findings: readonly AuditFinding[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Each month has the same returns on the same days, and the same troubles, so that one can be held against another. */
const monthDays = 28;
const settings = { pollIntervalMs: hourMs, retentionMs: 7 * dayMs };
const merchant = 'acme';
/** What takes half a second in a seed takes three quarters of an hour here. */
const slower = 5_000;
/** By then everything has happened to a return. */
const auditedAfterDays = 4;
/** The first month fills the tables that are emptied after a week. */
const firstMeasured = 1;

/** A year of one merchant, with all that a year brings. */
class Year {
  readonly #options: YearOptions;
  readonly #keys = new Keys();
  readonly #scene: Scene;
  readonly #cost: CostMeter;
  readonly #findings: AuditFinding[] = [];
  readonly #open: PlannedReturn[][] = [];
  readonly #months: Kept[] = [];
  #lives = 0;

  constructor(ground: Ground, options: YearOptions) {
    this.#options = options;
    this.#cost = new CostMeter(ground.backends);
    this.#scene = new Scene({
      ground,
      seed: 1,
      replicas: 2,
      troubles: new TroubleBook(outagesOf(options.days)),
      settings,
      patienceMs: Number.POSITIVE_INFINITY,
      trace: null,
      callThrough: this.#keys.through,
    });
  }

  async run(onMonth: (kept: Kept) => void): Promise<YearReport> {
    const { days } = this.#options;
    await this.#scene.open([merchant]);
    const months = Math.floor(days / monthDays);
    const firstMonth: Cost[] = [];
    const lastMonth: Cost[] = [];
    for (let day = 0; day < days; day += 1) {
      const cost = await this.#cost.of(() => this.#live(day));
      if (isIn(day, firstMeasured)) firstMonth.push(cost);
      if (isIn(day, months - 1)) lastMonth.push(cost);
      if (day % monthDays !== monthDays - 1) continue;
      const kept = await keptBy(this.#scene, day + 1, this.#lives);
      this.#months.push(kept);
      onMonth(kept);
    }
    await this.#settle();
    return {
      lives: this.#lives,
      months: this.#months,
      firstMonth: sumOf(firstMonth),
      lastMonth: sumOf(lastMonth),
      findings: [...this.#scene.findings, ...this.#findings],
    };
  }

  /** One day. @returns how many returns began in it */
  async #live(day: number): Promise<number> {
    const dice = diceOf(day % monthDays);
    const returns = Array.from({ length: this.#options.returnsADay }, (_, nth) => this.#plan(nth, dice));
    this.#lives += returns.length;
    this.#open.push(returns);
    this.#scene.people.arrange({ returns });
    this.#arrangeTroubles(day);
    await this.#until(day + 1);
    // PostgreSQL does that by itself, by a clock that is not simulated: between two of its rounds weeks pass here.
    await this.#scene.eye.rows('vacuum analyze');
    await this.#auditUntil(auditedAfterDays);
    return returns.length;
  }

  #plan(nth: number, dice: Dice): PlannedReturn {
    const planned = plannedReturn(this.#lives + nth, merchant, dayMs / 2, dice);
    // A carrier gives no number twice in a year.
    const own = <Label extends { readonly trackingNumber: string }>(label: Label): Label => ({
      ...label,
      trackingNumber: `${label.trackingNumber}${planned.id}`,
    });
    return {
      ...planned,
      ...(planned.labels === undefined ? {} : { labels: planned.labels.map(own) }),
      acts: planned.acts.map((act) => ({
        ...('trackingNumber' in act ? own(act) : act),
        afterMs: act.afterMs * slower,
      })),
    };
  }

  /** A crash each week, the vendors' and the database's outages as planned, and new keys each month. */
  #arrangeTroubles(day: number): void {
    const { scheduler, people, fleet } = this.#scene;
    const at = (ms: number, label: string, happen: () => void | Promise<void>) =>
      void scheduler.after(ms, people.actor, label, happen);
    if (day % 7 === 3) at(5 * hourMs, 'a replica crashes', () => fleet.crash(day % 2, 20_000));
    if (day % monthDays === 5) this.#scene.cutDatabaseAt(4 * hourMs);
    if (day % monthDays !== 15) return;
    at(6 * hourMs, 'new keys', () => this.#keys.change());
    at(7 * hourMs, 'the service gets them', () => fleet.restart(this.#keys.given(people.merchants())));
  }

  async #until(day: number): Promise<void> {
    const until = begin + day * dayMs;
    while (this.#scene.scheduler.now < until && (await this.#scene.step()));
  }

  async #auditUntil(days: number): Promise<void> {
    while (this.#open.length > days)
      this.#findings.push(...(await this.#scene.audit(this.#open.shift() ?? [])));
    this.#scene.eye.lookBackTo(new Date(this.#scene.scheduler.now - (auditedAfterDays + 2) * dayMs));
  }

  async #settle(): Promise<void> {
    await this.#until(this.#options.days + auditedAfterDays);
    await this.#auditUntil(0);
    await this.#scene.fleet.end();
  }
}

function isIn(day: number, month: number): boolean {
  return Math.floor(day / monthDays) === month;
}

/** Each month one vendor is away for 40 minutes, then the other, and the database for 20 seconds. */
function outagesOf(days: number): SimulatedTrouble[] {
  return Array.from({ length: Math.ceil(days / monthDays) }, (_, month) => month * monthDays * dayMs).flatMap(
    (from) => [
      {
        kind: 'vendor away',
        merchant,
        vendor: 'loop',
        atMs: from + 10 * dayMs + 4 * hourMs,
        forMs: 2_400_000,
      },
      {
        kind: 'vendor away',
        merchant,
        vendor: 'masonhub',
        atMs: from + 20 * dayMs + 4 * hourMs,
        forMs: 2_400_000,
      },
      { kind: 'database away', atMs: from + 5 * dayMs + 4 * hourMs, forMs: 20_000 },
    ],
  );
}

function sumOf(costs: readonly Cost[]): Cost {
  const sum = (what: (cost: Cost) => number) => costs.reduce((all, cost) => all + what(cost), 0);
  return {
    lives: sum(({ lives }) => lives),
    statements: sum(({ statements }) => statements),
    databaseMs: sum(({ databaseMs }) => databaseMs),
    yardstickMs: sum(({ yardstickMs }) => yardstickMs),
  };
}

/**
 * Lives through a year.
 * @param onMonth hears what is kept at the end of each month
 */
export function liveAYear(
  ground: Ground,
  options: YearOptions,
  onMonth: (kept: Kept) => void,
): Promise<YearReport> {
  return new Year(ground, options).run(onMonth);
}
