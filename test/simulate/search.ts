import type { AuditFinding } from '../faults/audit.ts';
import type { Crew, Told } from './crew.ts';
import { type SimulatedSchedule, simulatedSchedule } from './schedule.ts';

export interface Failing {
  readonly seed: number;
  readonly findings: readonly AuditFinding[];
}

export interface Searched {
  readonly seeds: number;
  readonly lives: number;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly failing: readonly Failing[];
}

/**
 * Lets one seed after the other take place, as many at once as the crew is large.
 * @param mostFailing the search ends with so many
 * @param onSeed hears how far it is
 */
export async function search(
  crew: Crew,
  { first, count, mostFailing }: { first: number; count: number; mostFailing: number },
  onSeed: (soFar: Searched) => void = () => {},
): Promise<Searched> {
  let next = first;
  let sum: Searched = { seeds: 0, lives: 0, steps: 0, simulatedMs: 0, failing: [] };
  const one = async () => {
    while (next < first + count && sum.failing.length < mostFailing) {
      const seed = next;
      next += 1;
      const schedule = simulatedSchedule(seed);
      const told = await crew.simulate(schedule);
      // Read only now: another may have added to it meanwhile.
      sum = withSeed(sum, schedule, told);
      onSeed(sum);
    }
  };
  await Promise.all(Array.from({ length: crew.size }, one));
  return { ...sum, failing: sum.failing.toSorted((a, b) => a.seed - b.seed) };
}

function withSeed(sum: Searched, { seed, returns }: SimulatedSchedule, { result }: Told): Searched {
  const { findings, steps, simulatedMs } = result;
  return {
    seeds: sum.seeds + 1,
    lives: sum.lives + returns.length,
    steps: sum.steps + steps,
    simulatedMs: sum.simulatedMs + simulatedMs,
    failing: findings.length === 0 ? sum.failing : [...sum.failing, { seed, findings }],
  };
}
