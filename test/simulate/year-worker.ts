import { z } from 'zod';
import { keepOnCore } from './core.ts';
import { simulateRuntime } from './runtime.ts';

/** A process that lives through a year, on a database of its own, and tells of it. */

const [databaseUrl = '', options = ''] = process.argv.slice(2);
const { days, returnsADay } = z
  .object({ days: z.number(), returnsADay: z.number() })
  .parse(JSON.parse(options));
const keep = (pid: number) => keepOnCore(pid, process.ppid);
keep(process.pid);
simulateRuntime();
// Only now, so that the service is loaded as it is to be.
const { openGround } = await import('./ground.ts');
const { liveAYear } = await import('./year.ts');
const ground = await openGround(databaseUrl, keep);
process.on('disconnect', () => process.exit());
// Ctrl-C reaches every process of the terminal. Killed by it, this one would leave backends behind that stand still.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const year = await liveAYear(ground, { days, returnsADay }, (month) => {
  process.send?.({ month });
});
process.send?.({ year }, () => process.exit());
