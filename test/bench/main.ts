import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { measureBacklog } from './parts/backlog.ts';
import { measureEndpoint } from './parts/endpoint.ts';
import { measureFootprint } from './parts/footprint.ts';
import { measureIdle } from './parts/idle.ts';
import { measureLife } from './parts/life.ts';
import { measurePages } from './parts/pages.ts';
import { measureStart } from './parts/start.ts';
import { measureStored } from './parts/stored.ts';
import { type Figure, table } from './report.ts';
import { openWorld } from './world.ts';

/**
 * Measures the service side by side with what it is compared with, in turn and in one run, and holds the
 * figures against the goals. Absolute figures are the machine's; the ratios are the service's.
 */
/** Idle comes first: PostgreSQL still writes and cleans up after those that bring load. */
const parts = ['idle', 'life', 'endpoint', 'backlog', 'start', 'pages', 'stored', 'footprint'] as const;
type Part = (typeof parts)[number];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: parts.join(',') },
    /** Shorter, for every day; the figures scatter more. */
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    /** Beside the others, a flow in Node-RED, which is installed for it. */
    'node-red': { type: 'boolean', default: false },
  },
});

const sizes = {
  endpoint: { slices: 24, seconds: 0.5 },
  idle: { webhooks: 200 },
  life: { alone: 60, rounds: 12, together: 64 },
  backlog: { rounds: 3, returns: 10_000 },
  start: { starts: 5 },
  pages: { returns: 1_000_000, times: 15 },
  stored: { returns: 1_000_000, rounds: 5, webhooks: 4_000 },
};
const quickSizes: typeof sizes = {
  endpoint: { slices: 20, seconds: 0.2 },
  idle: { webhooks: 60 },
  life: { alone: 12, rounds: 6, together: 64 },
  backlog: { rounds: 1, returns: 3_000 },
  start: { starts: 3 },
  pages: { returns: 200_000, times: 5 },
  stored: { returns: 50_000, rounds: 3, webhooks: 2_000 },
};

async function main(): Promise<void> {
  const wanted = partsOf(options.only);
  const size = options.quick ? quickSizes : sizes;
  const startedAt = performance.now();
  const say = (line: string) => {
    console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  };
  await using world = await openWorld(say, options['node-red']);
  let endpointRate: number | null = null;
  const measure: Record<Part, () => Promise<Figure[]>> = {
    endpoint: async () => {
      const result = await measureEndpoint(world, size.endpoint);
      endpointRate = result.endpointRate;
      return result.figures;
    },
    life: () => measureLife(world, size.life),
    idle: () => measureIdle(world, size.idle),
    backlog: () => measureBacklog(world, size.backlog, endpointRate),
    start: () => measureStart(world, size.start),
    pages: () => measurePages(world, size.pages),
    stored: () => measureStored(world, size.stored),
    footprint: () => measureFootprint(world),
  };
  const figures: Figure[] = [];
  for (const part of wanted) figures.push(...(await measure[part]()));
  const machine = describeMachine(await world.databases.settings());
  console.log(
    options.json ? JSON.stringify({ machine, figures }, null, 2) : `\n${machine}\n\n${table(figures)}`,
  );
}

/** In their own order: the backlog is held against the endpoint's rate. */
function partsOf(text: string): Part[] {
  const names = text.split(',');
  const unknown = names.filter((name) => !parts.some((part) => part === name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}: the parts are ${parts.join(', ')}.`);
  return parts.filter((part) => names.includes(part));
}

await main();
