import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly } from './worlds.ts';

let world: World;

beforeAll(async () => {
  world = await startQuietly({ pollIntervalMs: 300 });
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };
const inInspection = { ...tee, status: 'qc' };
/** A line whose quantity is none. */
const broken = { sku: 'CAP-2', quantity: -1 };
const pulls = () => world.log.filter(({ msg }) => msg === 'MasonHub was asked for receipts');
const eventsOf = async (id: string) => (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];

describe('a received RMA that a pull shows and nobody can read, of which no callback came', () => {
  it('needs attention once, until MasonHub shows it as it is', async () => {
    const id = await world.open([tee]);
    world.masonhub.silence();
    await world.masonhub.receive(id, [tee, broken]);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toMatch(/could not be understood: line_items\.1\.quantity: /);
    const before = pulls().length;
    await until(
      () => pulls().length >= before + 3,
      () => 'three more pulls',
    );
    expect(pulls().at(-1)).toMatchObject({ taken: 0, unreadable: 1 });
    expect((await eventsOf(id)).filter((event) => event === 'receipt.unread')).toHaveLength(1);
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });

  it('is over once MasonHub shows what it had told before, also where it is not asked any more', async () => {
    const id = await world.open([tee]);
    world.masonhub.resume();
    await world.masonhub.receive(id, [inInspection]);
    await world.untilStatus(id, 'inspecting');
    world.masonhub.silence();
    await world.masonhub.receive(id, [inInspection, broken]);
    await until(
      async () => (await eventsOf(id)).includes('receipt.failed'),
      () => 'the end of the tries',
    );
    expect(await world.statusOf(id)).toBe('attention');
    await world.masonhub.receive(id, [inInspection]);
    await world.untilStatus(id, 'inspecting');
  });
});
