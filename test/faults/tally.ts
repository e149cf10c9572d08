import type { ClaimAtAKill } from './claims.ts';
import { faultsMet, type LateChanges, lateChanges } from './vendor-answers.ts';
import type { World } from './world.ts';

/** What has happened in a run until now. */
export interface Tally {
  created: number;
  ended: number;
  kills: number;
  databaseStops: { fast: number; immediate: number };
  silences: number;
  /** Messages of the vendors that were sent once more. */
  repeats: number;
  /** Parcels that belong to no return. */
  readonly strays: { readonly merchant: string; readonly trackingNumber: string }[];
  policyChanges: number;
  /** By kind, whatever the vendors answered on purpose and whatever happened to deliveries on the way. */
  faults: ReadonlyMap<string, number>;
  lateChanges: LateChanges;
  /** From a kill until the last job that was under way then was taken over. */
  longestTakeoverMs: number;
  lastKillAt: number;
  /** Messages that were on the wire at a kill. */
  readonly claims: ClaimAtAKill[];
  /** What was decided soon after the last kill; null while the run goes on. */
  decided: Decided | null;
}

/** Refunds and flags of a run, and how many of them were without an answer; null where nobody could say. */
export interface Decided {
  readonly undecided: number | null;
  readonly of: number | null;
}

export function newTally(): Tally {
  return {
    created: 0,
    ended: 0,
    kills: 0,
    databaseStops: { fast: 0, immediate: 0 },
    silences: 0,
    repeats: 0,
    strays: [],
    policyChanges: 0,
    faults: new Map(),
    lateChanges: { whole: 0, partial: 0 },
    longestTakeoverMs: 0,
    lastKillAt: 0,
    claims: [],
    decided: null,
  };
}

export function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}

/** Counts afresh what the vendors, the load balancer and the database can tell. */
export async function takeStock(tally: Tally, { vendors, loadBalancer, observer }: World): Promise<void> {
  const faults = [
    ...vendors.flatMap(({ loop, masonhub }) => [...faultsMet(loop.calls), ...faultsMet(masonhub.calls)]),
    ...loadBalancer.met,
  ];
  tally.faults = new Map(
    [...Map.groupBy(faults, (fault) => fault)].map(([fault, all]) => [fault, all.length]),
  );
  tally.lateChanges = lateChanges(vendors.flatMap(({ masonhub }) => masonhub.calls));
  tally.ended = (await observer.ended()) ?? tally.ended;
}
