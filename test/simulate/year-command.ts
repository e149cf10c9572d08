import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { verdictLines } from '../soak/table.ts';
import { type CrewGround, startGround } from './crew.ts';
import { findingLine } from './report.ts';
import type { YearOptions, YearReport } from './year.ts';
import type { Kept } from './year-kept.ts';
import { verdictsOnYear } from './year-verdicts.ts';

/** What the process of a year tells. */
type Told = { readonly month: Kept } | { readonly year: YearReport };

const workerFile = fileURLToPath(new URL('year-worker.ts', import.meta.url));

const wholeNumber = z.coerce.number().int().positive();

/**
 * Lets a year pass on a PostgreSQL of its own.
 * @param asked as a person wrote it: how many days it has, and how many returns each of them
 * @returns whether all that is to hold of it does
 */
export async function simulateYear(asked: { days?: string; returns?: string }): Promise<boolean> {
  const days = wholeNumber.parse(asked.days ?? '364');
  const returnsADay = wholeNumber.parse(asked.returns ?? '10');
  await using ground = await startGround();
  return tellYear(ground, { days, returnsADay });
}

/**
 * Lets a year pass, and prints what is kept at the end of each month, and the verdicts.
 * @returns whether all of them hold
 */
async function tellYear(ground: CrewGround, options: YearOptions): Promise<boolean> {
  console.log(`${options.days} days with ${options.returnsADay} returns each`);
  const year = await liveElsewhere(await ground.database(), options);
  const verdicts = verdictsOnYear(year);
  console.log(`\n${verdictLines(verdicts).join('\n')}`);
  for (const finding of year.findings) console.log(findingLine(finding));
  return verdicts.every(({ holds }) => holds);
}

function liveElsewhere(databaseUrl: string, options: YearOptions): Promise<YearReport> {
  const hand = fork(workerFile, [databaseUrl, JSON.stringify(options)]);
  return new Promise((resolve, reject) => {
    hand.on('message', (told: Told) => {
      if ('year' in told) resolve(told.year);
      else console.log(monthLine(told.month));
    });
    hand.once('exit', () => reject(new Error('The process of the year ended before the year did')));
  });
}

function monthLine({ day, lives, rows, size, jobs }: Kept): string {
  const tables = Object.entries(rows).map(([table, count]) => `${table} ${count}`);
  return `day ${day}: ${lives} lives, ${jobs} jobs, ${(size / 2 ** 20).toFixed(1)} MB; ${tables.join(', ')}`;
}
