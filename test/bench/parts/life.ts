import { setTimeout as wait } from 'node:timers/promises';
import { countStatements, query } from '../database.ts';
import { atMost, type Figure, ms, shown } from '../report.ts';
import { median } from '../rounds.ts';
import { untilQuiet, type World } from '../world.ts';

/** Its workers look every two seconds, and the queue cares for itself every five. */
const idleForMs = 20_000;

/**
 * What a return's life took, of those that were lived together. Not counted are the statements that an idle service
 * sends in the same time: a life takes as many on a machine that is slow.
 */
interface Cost {
  readonly statements: number;
  readonly userMs: number;
  readonly systemMs: number;
}

/**
 * Whole lives of returns: webhook, label, three callbacks, refund, close. What does one of them cost the database and
 * the processor, where it is lived alone, and where others are lived at its side?
 */
export async function measureLife(
  world: World,
  size: { alone: number; rounds: number; together: number },
): Promise<Figure[]> {
  const databaseUrl = await world.databases.create('life');
  await countStatements(databaseUrl);
  const server = await world.start('endpoint', databaseUrl);
  world.vendors.sendTo(server.url);
  const look = async () => ({
    ...(await server.usage()).cpu,
    statements: await world.databases.statements(databaseUrl),
    at: performance.now(),
  });
  await live(world, databaseUrl, size.together);
  const idle = await look();
  await wait(idleForMs);
  const idleToo = await look();
  const idlePerMs = (idleToo.statements - idle.statements) / (idleToo.at - idle.at);
  const measure = async (together: number): Promise<Cost> => {
    const before = await look();
    await live(world, databaseUrl, together);
    const after = await look();
    const whileIdle = idlePerMs * (after.at - before.at);
    return {
      statements: (after.statements - before.statements - whileIdle) / together,
      userMs: (after.userMs - before.userMs) / together,
      systemMs: (after.systemMs - before.systemMs) / together,
    };
  };
  const together = await repeat(size.rounds, () => measure(size.together));
  world.say(`life: ${size.together} returns together, ${size.rounds} times`);
  const alone = await repeat(size.alone, () => measure(1));
  world.say(`life: ${size.alone} returns, one after the other`);
  await server.stop();
  return [
    ...figuresOf(together, alone, size.together),
    shown('Statements of an idle service, a second', (idlePerMs * 1_000).toFixed(1)),
  ];
}

/** The first ones only warm the server up. */
async function repeat(times: number, measure: () => Promise<Cost>): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (let time = -Math.ceil(times / 3); time < times; time += 1) {
    const cost = await measure();
    if (time >= 0) costs.push(cost);
  }
  return costs;
}

function figuresOf(together: readonly Cost[], alone: readonly Cost[], count: number): Figure[] {
  const statements = (costs: readonly Cost[]) => median(costs.map((one) => one.statements));
  const user = median(together.map((one) => one.userMs));
  const system = median(together.map((one) => one.systemMs));
  const write = (value: number) => value.toFixed(1);
  const beside = `with ${count - 1} others at its side`;
  return [
    atMost(`Statements on the database in a return’s life, ${beside}`, statements(together), 25, write),
    shown('Statements on the database in a return’s life, alone', write(statements(alone))),
    atMost(
      `CPU of the service in a return’s life, ${beside}`,
      user + system,
      4,
      ms,
      `user ${ms(user)}, system ${ms(system)}`,
    ),
  ];
}

/** So many returns from the first webhook until Loop has closed them, all of them at each stage together. */
async function live(world: World, databaseUrl: string, count: number): Promise<void> {
  const { loop, masonhub } = world.vendors;
  const numbers = Array.from({ length: count }, (_, number) => number);
  const items = [{ sku: 'TEE-RED-M' }, { sku: 'HAT-WOOL' }];
  const ids = await Promise.all(numbers.map(() => loop.createReturn({ items, label: 'late' })));
  const each = (act: (id: string) => Promise<unknown>) => Promise.all(ids.map(act));
  await untilAll(databaseUrl, ids, 'open');
  await each((id) => loop.addLabel(id, { carrier: 'USPS', trackingNumber: `94001118${id}` }));
  await untilQuiet(databaseUrl);
  for (const event of ['onDock', 'receivingStarted'] as const) {
    await each((id) => masonhub.progress(id, event));
    await untilQuiet(databaseUrl);
  }
  await each((id) => masonhub.receive(id));
  await untilAll(databaseUrl, ids, 'processed');
}

async function untilAll(databaseUrl: string, ids: readonly string[], status: string): Promise<void> {
  const statement = 'select 1 from returns where loop_return_id = any($1) and status = $2';
  while ((await query(databaseUrl, statement, [ids, status])).length < ids.length) await wait(10);
}
