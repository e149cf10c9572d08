import type { Sample } from './sample.ts';

/** One thing that has to hold in a service that runs for months. */
export interface SoakVerdict {
  readonly name: string;
  readonly holds: boolean;
  readonly seen: string;
}

export interface Lives {
  /** How long deliveries, and jobs that have ended, may be kept, and how often they are looked for. */
  readonly seconds: number;
}

/** Memory may wander by this share of its mean over half of the run. */
const mostGrowth = 0.1;
const mostNewConnections = 2;
const longestWaitSeconds = 60;
/** What lies between the age at which something may go and the round that takes it. */
const slackSeconds = 30;

/** Judges a run by its samples; the first half is for warming up. */
export function verdictsOn(samples: readonly Sample[], lives: Lives): SoakVerdict[] {
  const half = Math.floor(samples.length / 2);
  const early = samples.slice(0, half);
  const late = samples.slice(half);
  const last = samples.at(-1);
  if (early.length < 3 || late.length < 3 || last === undefined) {
    return [{ name: 'long enough', holds: false, seen: `only ${samples.length} samples` }];
  }
  return [
    ...last.memory.map((_, replica) => memoryVerdict(late, replica)),
    connectionsVerdict(early, late),
    waitVerdict(samples),
    ageVerdict(
      'deliveries go',
      last.at,
      lives,
      late.map(({ oldestDelivery }) => oldestDelivery),
    ),
    ageVerdict(
      'ended jobs go',
      last.at,
      lives,
      late.map(({ oldestEndedJob }) => oldestEndedJob),
    ),
  ];
}

function memoryVerdict(late: readonly Sample[], replica: number): SoakVerdict {
  const points = late.map(({ at, memory }) => ({ x: at, y: memory[replica] ?? 0 }));
  const mean = meanOf(points.map(({ y }) => y));
  const spanned = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  const growth = (slopeOf(points) * spanned) / mean;
  const seen = `${(mean / 2 ** 20).toFixed(0)} MB, ${(growth * 100).toFixed(1)} % more in the second half`;
  return { name: `memory of replica ${replica + 1} is flat`, holds: growth < mostGrowth, seen };
}

function connectionsVerdict(early: readonly Sample[], late: readonly Sample[]): SoakVerdict {
  const most = (samples: readonly Sample[]) => Math.max(...samples.map(({ connections }) => connections));
  const seen = `at most ${most(early)} in the first half, ${most(late)} in the second`;
  const holds = most(late) <= most(early) + mostNewConnections;
  return { name: 'connections do not grow', holds, seen };
}

function waitVerdict(samples: readonly Sample[]): SoakVerdict {
  const longest = Math.max(...samples.map(({ oldestWaiting }) => oldestWaiting));
  const left = samples.at(-1)?.waitingJobs ?? 0;
  const seen = `the longest wait was ${longest.toFixed(1)} s, ${left} wait at the end`;
  return { name: 'no job is stuck', holds: longest < longestWaitSeconds && left === 0, seen };
}

function ageVerdict(name: string, ran: number, { seconds }: Lives, ages: readonly number[]): SoakVerdict {
  const bound = 2 * seconds + slackSeconds;
  const oldest = Math.max(...ages);
  const seen = `the oldest was ${oldest.toFixed(0)} s old, of ${bound} s at most, in ${ran.toFixed(0)} s`;
  // In a run that is shorter than the bound nothing could be older.
  return { name, holds: oldest <= bound && ran > 1.5 * bound, seen };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the straight line that fits best. */
function slopeOf(points: readonly { x: number; y: number }[]): number {
  const [x, y] = [meanOf(points.map((point) => point.x)), meanOf(points.map((point) => point.y))];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  return points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
}
