import type { SimulatedSchedule } from './schedule.ts';
import type { Simulated } from './world.ts';

/** What a worker is asked: to let a schedule take place. */
export interface Asked {
  readonly schedule: SimulatedSchedule;
  /** Whether to tell everything that happens, line by line. */
  readonly isTold: boolean;
}

/** What a worker answers; `story` is empty unless it was to be told. */
export type Answered =
  | { readonly kind: 'simulated'; readonly result: Simulated; readonly story: readonly string[] }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'ready' };
