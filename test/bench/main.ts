import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { measureBacklog } from './parts/backlog.ts';
import { measureDoor } from './parts/door.ts';
import { measureIdle } from './parts/idle.ts';
import { type Figure, table } from './report.ts';
import { openWorld } from './world.ts';

/** Measures the service side by side with what it is compared with, and holds the figures against the goals. */
const parts = ['door', 'idle', 'backlog'] as const;
type Part = (typeof parts)[number];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: parts.join(',') },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

async function main(): Promise<void> {
  const wanted = partsOf(options.only);
  const startedAt = performance.now();
  const say = (line: string) => {
    console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  };
  await using world = await openWorld(say);
  const figures: Figure[] = [];
  let doorRate: number | null = null;
  if (wanted.includes('door')) {
    const result = await measureDoor(
      world,
      options.quick ? { rounds: 3, seconds: 1 } : { rounds: 5, seconds: 3 },
    );
    doorRate = result.doorRate;
    figures.push(...result.figures);
  }
  if (wanted.includes('idle'))
    figures.push(...(await measureIdle(world, { webhooks: options.quick ? 60 : 200 })));
  if (wanted.includes('backlog')) {
    const size = options.quick ? { rounds: 1, returns: 3_000 } : { rounds: 3, returns: 10_000 };
    figures.push(...(await measureBacklog(world, size, doorRate)));
  }
  const machine = describeMachine(await world.databases.settings());
  console.log(
    options.json ? JSON.stringify({ machine, figures }, null, 2) : `\n${machine}\n\n${table(figures)}`,
  );
}

function partsOf(text: string): Part[] {
  return text.split(',').map((name) => {
    const found = parts.find((part) => part === name);
    if (found === undefined) throw new Error(`--only ${name}: the parts are ${parts.join(', ')}.`);
    return found;
  });
}

await main();
