import type { Sample } from './sample.ts';
import type { SoakVerdict } from './verdicts.ts';

const columns: readonly (readonly [string, (sample: Sample) => string])[] = [
  ['minute', ({ at }) => (at / 60).toFixed(1)],
  ['memory, MB', ({ memory }) => memory.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(' + ')],
  ['connections', ({ connections }) => String(connections)],
  ['jobs waiting', ({ waitingJobs }) => String(waitingJobs)],
  ['oldest, s', ({ oldestWaiting }) => oldestWaiting.toFixed(1)],
  ['deliveries', ({ deliveries }) => String(deliveries)],
  ['jobs', ({ jobs }) => String(jobs)],
  ['returns', ({ returns }) => String(returns)],
  ['ended', ({ ended }) => String(ended)],
];
const width = 12;

/** The table's head. */
export function heading(): string {
  return columns.map(([name]) => name.padStart(width)).join(' ');
}

/** One row of it. */
export function line(sample: Sample): string {
  return columns.map(([, cell]) => cell(sample).padStart(width)).join(' ');
}

export function verdictLines(verdicts: readonly SoakVerdict[]): string[] {
  const longest = Math.max(...verdicts.map(({ name }) => name.length));
  return verdicts.map(({ name, holds, seen }) => `${holds ? '✔' : '✘'} ${name.padEnd(longest)}   ${seen}`);
}
