import type { CpuTime } from '../database.ts';
import { migrated } from '../database.ts';
import { fill } from '../fill.ts';
import { atMost, type Figure, perSecond, ratio, shown } from '../report.ts';
import { median } from '../rounds.ts';
import type { Server } from '../servers/server.ts';
import { untilQuiet, type World } from '../world.ts';

interface Side {
  readonly name: string;
  readonly databaseUrl: string;
  readonly server: Server;
  /** Milliseconds that the service and PostgreSQL computed for each delivery, with all that follows from it. */
  readonly cpuMs: number[];
  readonly rates: number[];
}

/** The same deliveries to an empty service and to one with years of returns, in turn: does each cost the same? */
export async function measureStored(
  world: World,
  size: { returns: number; rounds: number; webhooks: number },
): Promise<Figure[]> {
  const full = await migrated(await world.databases.create('stored_full'));
  const from = performance.now();
  await fill(full, { returns: size.returns, deliveriesEach: 3 });
  world.say(`stored: filled in ${Math.round((performance.now() - from) / 1000)} s`);
  const empty = await migrated(await world.databases.create('stored_empty'));
  const sides: Side[] = [];
  for (const [name, databaseUrl] of [
    ['empty', empty],
    ['full', full],
  ] as const) {
    sides.push({
      name,
      databaseUrl,
      server: await world.start('endpoint', databaseUrl),
      cpuMs: [],
      rates: [],
    });
  }
  for (let round = 0; round <= size.rounds; round += 1) {
    for (const side of sides) await runRound(world, side, size.webhooks);
    world.say(`stored: round ${round} of ${size.rounds}`);
  }
  for (const { server } of sides) await server.stop();
  const [before, after] = sides;
  if (before === undefined || after === undefined) throw new Error('Nothing was measured');
  const stored = `${size.returns.toLocaleString('en-US')} returns`;
  const cost = (side: Side) => median(side.cpuMs.slice(1));
  const rate = (side: Side) => median(side.rates.slice(1));
  const detail = `${cost(after).toFixed(2)} ms of processor time to ${cost(before).toFixed(2)} ms`;
  return [
    atMost(
      `Cost of a delivery with ${stored} stored to none`,
      cost(after) / cost(before),
      1.1,
      ratio,
      detail,
    ),
    shown(
      `Endpoint with ${stored} stored, and with none`,
      `${perSecond(rate(after))}, ${perSecond(rate(before))}`,
    ),
  ];
}

async function runRound(world: World, side: Side, count: number): Promise<void> {
  const sum = (spent: CpuTime | null) => (spent === null ? 0 : spent.userMs + spent.systemMs);
  const cpu = async () => sum((await side.server.usage()).cpu) + sum(await world.databases.cpu());
  const before = await cpu();
  const { seconds } = await world.load.send(side.server.url, world.secret, { count, connections: 64 });
  await untilQuiet(side.databaseUrl);
  side.cpuMs.push(((await cpu()) - before) / count);
  side.rates.push(count / seconds);
}
