import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runSoak } from './run.ts';
import { heading, line, verdictLines } from './table.ts';

const positive = z.coerce.number().positive().max(10_000);
const { values } = parseArgs({ options: { minutes: { type: 'string' }, rate: { type: 'string' } } });
const minutes = positive.parse(values.minutes ?? '30');
const rate = positive.parse(values.rate ?? '5');

// The database is another process: it is stopped when this one exits, and only then.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

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
