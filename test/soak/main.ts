import { parseArgs } from 'node:util';
import { z } from 'zod';
import { simulateYear } from '../simulate/year-command.ts';
import { runSoak } from './run.ts';
import { heading, line, verdictLines } from './table.ts';

const positive = z.coerce.number().positive().max(10_000);
const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { minutes: text, rate: text, year: { type: 'boolean' }, days: text, returns: text },
});
const minutes = positive.parse(values.minutes ?? '30');
const rate = positive.parse(values.rate ?? '5');

// The database is another process: it is stopped when this one exits, and only then.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

// In real time, a year would take one: it is the simulation's.
if (values.year === true) process.exit((await simulateYear(values)) ? 0 : 1);

console.log(`${minutes} minutes at ${rate} returns a second\n\n${heading()}`);
let shown = -1;
const { verdicts, findings, logs } = await runSoak({
  minutes,
  rate,
  onSample: (sample) => {
    const minute = Math.floor(sample.at / 60);
    if (minute > shown) console.log(line(sample));
    shown = minute;
  },
});
console.log(`\n${verdictLines(verdicts).join('\n')}`);
for (const { kind, merchant, id, what } of findings) console.log(`${kind}: ${merchant} ${id}: ${what}`);
if (logs !== null) console.log(`The logs of the replicas and the database are in ${logs}`);
process.exitCode = verdicts.every(({ holds }) => holds) ? 0 : 1;
