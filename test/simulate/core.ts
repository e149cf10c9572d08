import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Asked once, in time: a process that is kept on one core is told that there is only one. */
const cores = availableParallelism();

/**
 * Keeps a process on one core. The simulation and its database take turns, never both at once: on one core each hands
 * over to the other without waking another core, which costs more than most statements do. Where there is no
 * `taskset`, the process stays where it is.
 * @param nth any number: that many cores on from the first, and from the beginning again where there are no more
 */
export function keepOnCore(pid: number, nth: number): void {
  const core = nth % cores;
  spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', String(core), String(pid)], {
    stdio: 'ignore',
  });
}
