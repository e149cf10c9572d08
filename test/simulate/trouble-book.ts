import type { CommitFault } from './database.ts';
import type { CallFault, SimulatedTrouble, WayFault } from './schedule.ts';

type OfKind<Kind extends SimulatedTrouble['kind']> = Extract<SimulatedTrouble, { kind: Kind }>;

/** What may befall a replica at a step. */
export interface Mishap {
  readonly stall: OfKind<'stall'> | null;
  readonly crash: OfKind<'crash'> | null;
}

/** The troubles of a schedule, as whoever meets them asks for them. */
export class TroubleBook {
  readonly #all: readonly SimulatedTrouble[];
  readonly #callsTo = new Map<string, number>();
  #calls = 0;
  #commits = 0;

  constructor(all: readonly SimulatedTrouble[]) {
    this.#all = all;
  }

  of<Kind extends SimulatedTrouble['kind']>(kind: Kind): OfKind<Kind>[] {
    return this.#all.filter((one): one is OfKind<Kind> => one.kind === kind);
  }

  /** What becomes of the next call; `endpoint` is the service's name for what is called. */
  callFault(endpoint: string): CallFault | null {
    this.#calls += 1;
    const before = this.#callsTo.get(endpoint) ?? 0;
    this.#callsTo.set(endpoint, before + 1);
    const aimed = this.of('every other call').find((one) => one.endpoint === endpoint && before % 2 === 0);
    return (this.of('call').find(({ nth }) => nth === this.#calls) ?? aimed)?.fault ?? null;
  }

  wayFault(nth: number): WayFault | null {
    return this.of('delivery').find((one) => one.nth === nth)?.fault ?? null;
  }

  /** What becomes of the next commit. */
  commitFault(): CommitFault | null {
    this.#commits += 1;
    return this.of('commit').find(({ nth }) => nth === this.#commits)?.fault ?? null;
  }

  /** What befalls a replica at one of its steps. */
  at(slot: number, step: number): Mishap {
    const isNow = (one: { readonly replica: number; readonly nth: number }) =>
      one.replica === slot && one.nth === step;
    return { stall: this.of('stall').find(isNow) ?? null, crash: this.of('crash').find(isNow) ?? null };
  }

  /**
   * Whether a vendor's API fails.
   * @param name the vendor's and the merchant's
   * @param ms since the beginning
   */
  isVendorAway(name: string, ms: number): boolean {
    return this.of('vendor away').some(
      ({ merchant, vendor, atMs, forMs }) =>
        name === `${vendor}-${merchant}` && ms >= atMs && ms < atMs + forMs,
    );
  }

  databaseSlownessMs(): number {
    return Math.max(0, ...this.of('slow database').map(({ upToMs }) => upToMs));
  }

  isDatabaseAway(ms: number): boolean {
    return this.of('database away').some(({ atMs, forMs }) => ms >= atMs && ms < atMs + forMs);
  }

  /** When the last outage is over, in milliseconds since the beginning. */
  calmAfterMs(): number {
    const outages = [...this.of('vendor away'), ...this.of('database away')];
    return Math.max(0, ...outages.map(({ atMs, forMs }) => atMs + forMs));
  }
}
