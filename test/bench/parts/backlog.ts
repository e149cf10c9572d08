import { query } from '../database.ts';
import { atLeast, atMost, type Figure, perSecond, ratio } from '../report.ts';
import { median } from '../rounds.ts';
import type { World } from '../world.ts';

/**
 * Many returns at once, from the first webhook until MasonHub has every RMA and the service knows it.
 * @param endpointRate webhooks that the endpoint takes in a second; null where that was not measured in this run
 */
export async function measureBacklog(
  world: World,
  size: { rounds: number; returns: number },
  endpointRate: number | null,
): Promise<Figure[]> {
  const databaseUrl = await world.databases.create('backlog');
  const endpoint = await world.start('endpoint', databaseUrl);
  const rates: number[] = [];
  const taken: number[] = [];
  const rmasBefore = world.vendors.masonhub.rmas.size;
  let requests = 0;
  for (let round = 1; round <= size.rounds; round += 1) {
    const callsBefore = world.vendors.masonhub.calls.length;
    let startedAt = 0;
    const wish = { count: size.returns, connections: 64 };
    const { seconds } = await world.load.send(endpoint.url, world.secret, wish, () => {
      startedAt = performance.now();
    });
    await untilOpen(world, databaseUrl, rmasBefore, size.returns * round);
    rates.push((size.returns * 1000) / (performance.now() - startedAt));
    taken.push(size.returns / seconds);
    requests += world.vendors.masonhub.calls.length - callsBefore;
    world.say(`backlog: round ${round} of ${size.rounds}, ${perSecond(rates.at(-1) ?? 0)} end to end`);
  }
  await endpoint.stop();
  const each = requests / (size.returns * size.rounds);
  const rate = median(rates);
  const toDoor = endpointRate ?? median(taken);
  return [
    atMost(
      'MasonHub requests for each return of a backlog',
      each,
      1 / 25,
      (value) => `1/${ratio(1 / value)}`,
    ),
    atLeast(
      'Backlog end to end to the endpoint',
      rate / toDoor,
      0.3,
      `${perSecond(rate)} to ${perSecond(toDoor)}`,
    ),
  ];
}

/** Counting asks the database for much; until MasonHub has all, nothing needs to be counted. */
async function untilOpen(world: World, databaseUrl: string, before: number, count: number): Promise<void> {
  for (;;) {
    if (world.vendors.masonhub.rmas.size - before >= count && (await openReturns(databaseUrl)) >= count)
      return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function openReturns(databaseUrl: string): Promise<number> {
  const [row] = await query<{ open: number }>(
    databaseUrl,
    `select count(*)::int as open from returns where status = 'open'`,
  );
  return row?.open ?? 0;
}
