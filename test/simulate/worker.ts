import { keepOnCore } from './core.ts';
import { mutants } from './mutants.ts';
import { mutate } from './mutate.ts';
import type { Answered, Asked } from './protocol.ts';
import { simulateRuntime } from './runtime.ts';

/** A process that simulates what it is asked to, with a database of its own, and perhaps with a fault in the service. */

const [databaseUrl = '', core = '', mutantName] = process.argv.slice(2);
const keep = (pid: number) => (core === '' ? undefined : keepOnCore(pid, Number(core)));
keep(process.pid);
const mutant = mutants.find(({ name }) => name === mutantName);
if (mutant !== undefined) mutate(mutant);
simulateRuntime();
// Only now, so that the service is loaded as it is to be.
const { openGround } = await import('./ground.ts');
const { simulate } = await import('./world.ts');
const ground = await openGround(databaseUrl, keep);

function tell(answer: Answered): void {
  process.send?.(answer);
}

process.on('message', async ({ schedule, isTold }: Asked) => {
  const story: string[] = [];
  try {
    const result = await simulate(schedule, ground, isTold ? (line) => void story.push(line) : null);
    tell({ kind: 'simulated', result, story });
  } catch (error) {
    tell({ kind: 'broken', why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.on('disconnect', () => process.exit());
// Ctrl-C reaches every process of the terminal. Killed by it, this one would leave backends behind that stand still.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
tell({ kind: 'ready' });
