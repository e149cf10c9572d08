import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { AuditFinding } from '../faults/audit.ts';
import { allMoves, diagramOf, diagramPage, withDiagram } from '../returns/diagram.ts';
import { type Crew, startGround } from './crew.ts';
import { walkAll } from './exhaustive/command.ts';
import { mutants } from './mutants.ts';
import { findingLine, scheduleLines } from './report.ts';
import { type SimulatedSchedule, simulatedSchedule } from './schedule.ts';
import { type Failing, type Searched, search } from './search.ts';
import { shrink } from './shrink.ts';
import { simulateYear } from './year-command.ts';

const wholeNumber = z.coerce.number().int().positive();
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const { values } = parseArgs({
  options: {
    seeds: text,
    from: text,
    seed: text,
    mutants: flag,
    mutant: text,
    exhaustive: flag,
    diagram: flag,
    workers: text,
    year: flag,
    days: text,
    returns: text,
  },
});
const workers = wholeNumber.parse(values.workers ?? String(availableParallelism()));
const first = wholeNumber.parse(values.seed ?? values.from ?? '1');
const count = values.seed === undefined ? wholeNumber.parse(values.seeds ?? '1000') : 1;
const mostShrunk = 3;

// The database is another process: it is stopped when this one exits, and only then.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (values.diagram === true) {
  const page = fileURLToPath(new URL(`../../${diagramPage}`, import.meta.url));
  await writeFile(page, withDiagram(await readFile(page, 'utf8'), diagramOf(allMoves())));
  console.log(`The diagram in ${diagramPage} is as the moves are.`);
  process.exit();
}

if (values.exhaustive === true) {
  for (const line of walkAll()) console.log(line);
  process.exit();
}

if (values.year === true) process.exit((await simulateYear(values)) ? 0 : 1);

await using ground = await startGround();
if (values.mutants === true) await searchMutants();
else if (values.seed === undefined) await searchSeeds();
else await tellSeed();

async function searchSeeds(): Promise<void> {
  await using crew = await ground.crew(workers, values.mutant);
  const startedAt = performance.now();
  const found = await search(crew, { first, count, mostFailing: mostShrunk }, progress(startedAt));
  console.log(`\n${speedOf(found, startedAt)}`);
  for (const failing of found.failing) await tellFailing(crew, failing);
  process.exitCode = found.failing.length === 0 ? 0 : 1;
}

/** Prints the schedule of a seed that fails, and the shortest story that still does. */
async function tellFailing(crew: Crew, { seed, findings }: Failing): Promise<void> {
  console.log(`\nSeed ${seed}`);
  for (const finding of findings) console.log(`  ${findingLine(finding)}`);
  const names = findings.map(nameOf);
  const fails = async (schedule: SimulatedSchedule) =>
    (await crew.simulate(schedule)).result.findings.some((finding) => names.includes(nameOf(finding)));
  const short = await shrink(simulatedSchedule(seed), fails);
  console.log('\nThe shortest story that fails:');
  for (const line of scheduleLines(short)) console.log(`  ${line}`);
  const { result, story } = await crew.simulate(short, true);
  for (const finding of result.findings) console.log(`  ${findingLine(finding)}`);
  console.log(`\nWhat happened, in order (all of it: npm run simulate -- --seed ${seed}):`);
  for (const line of story) console.log(`  ${line}`);
}

/** What has to stay the same while a story gets shorter: a shorter one may well fail for another reason. */
function nameOf({ kind, id, what }: AuditFinding): string {
  return [kind, id, what.split('\n')[0]].join(' ');
}

/** Prints all that happens in one seed. */
async function tellSeed(): Promise<void> {
  await using crew = await ground.crew(1, values.mutant);
  const schedule = simulatedSchedule(first);
  const { result, story } = await crew.simulate(schedule, true);
  for (const line of [...scheduleLines(schedule), '', ...story, '']) console.log(line);
  for (const finding of result.findings) console.log(findingLine(finding));
  console.log(`${result.steps} steps, fingerprint ${result.fingerprint}`);
  process.exitCode = result.findings.length === 0 ? 0 : 1;
}

/** Puts each fault into the service, and prints which seed finds it. */
async function searchMutants(): Promise<void> {
  const chosen = mutants.filter(({ name }) => values.mutant === undefined || name === values.mutant);
  let missed = 0;
  for (const { name, mendedBy } of chosen) {
    await using crew = await ground.crew(workers, name);
    const found = await search(crew, { first, count, mostFailing: 1 });
    const [failing] = found.failing;
    if (failing === undefined) missed += 1;
    const [finding] = failing?.findings ?? [];
    const by = failing === undefined ? `not in ${count} seeds` : `seed ${failing.seed}`;
    const what = finding === undefined ? '' : (findingLine(finding).split('\n')[0] ?? '').slice(0, 120);
    console.log(`${name.padEnd(42)} ${(mendedBy ?? 'own').padEnd(8)} ${by.padEnd(18)} ${what}`);
  }
  process.exitCode = missed === 0 ? 0 : 1;
}

function progress(startedAt: number): (soFar: Searched) => void {
  let toldAt = startedAt;
  return (soFar) => {
    if (performance.now() - toldAt < 10_000) return;
    toldAt = performance.now();
    console.log(speedOf(soFar, startedAt));
  };
}

function speedOf({ seeds, lives, steps, simulatedMs, failing }: Searched, startedAt: number): string {
  const seconds = (performance.now() - startedAt) / 1000;
  const perMinute = Math.round((lives / seconds) * 60);
  const days = (simulatedMs / 86_400_000).toFixed(1);
  return `${seconds.toFixed(0)} s: ${seeds} seeds, ${lives} lives (${perMinute} a minute), ${steps} steps, ${days} days; ${failing.length} fail`;
}
