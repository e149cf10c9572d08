import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { tee } from './boxes.ts';
import { openByHand } from './by-hand.ts';
import { startQuietly } from './worlds.ts';

/** Whose RMA it is that a receipt is of, MasonHub has not said: it did not answer when this service opened one. */

let world: World;

// The next try would come long after these tests.
beforeAll(async () => {
  world = await startQuietly({ pollIntervalMs: 3_600_000, pace: { retryDelaySeconds: 3_600 } });
});
afterAll(async () => {
  await world.stop();
});

async function createUnanswered(id: string): Promise<void> {
  const asked = () => world.masonhub.calls.filter(({ name }) => name === 'create').length;
  const before = asked();
  await world.loop.createReturn({ id, items: [tee] });
  await until(
    () => asked() > before,
    () => `the creation of RMA ${id}`,
  );
  await until(
    async () => (await world.returnOf(id))?.timeline.some(({ event }) => event === 'rma.sent'),
    () => `return ${id} as sent`,
  );
}

const events = async (id: string) => (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];

describe('a receipt that comes while a creation has no answer', () => {
  it('is decided at once where MasonHub, asked, shows that the RMA was opened', async () => {
    const id = '88320001';
    world.masonhub.answerNext('create', 'work-then-drop');
    await createUnanswered(id);
    await world.masonhub.receive(id, 'all-available', { lines: 'inspected' });
    await world.untilStatus(id, 'processed');
    const told = await events(id);
    expect(told.indexOf('decided.process')).toBeGreaterThan(told.indexOf('rma.adopted'));
    expect(world.told(id)).toMatchObject({ processed: 1, flagged: 0 });
  });

  it('is not refunded for a bare echo of what somebody else asked for', async () => {
    const id = '88320002';
    await openByHand(world, id, tee.sku, 'available');
    const createdAt = new Date(Date.now() - 30 * 86_400_000);
    Object.assign(world.masonhub.rmas.get(id) ?? {}, { createdAt });
    world.masonhub.answerNext('create', { status: 503, body: {} });
    await createUnanswered(id);
    await world.masonhub.receive(id, 'all-available', { lines: 'asked' });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('may be what the RMA asked for: MasonHub had it before');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });

  it('is for a person where the RMA is of other items', async () => {
    const id = '88320003';
    await openByHand(world, id, 'CAP-2');
    world.masonhub.answerNext('create', { status: 503, body: {} });
    await createUnanswered(id);
    await world.masonhub.receive(id);
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('it is not what this return asks for');
    expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
  });
});

describe("a creation that MasonHub refused, as its number is somebody else's", () => {
  it('deletes nothing once Loop cancels the return', async () => {
    const id = '88320004';
    await openByHand(world, id, 'CAP-2');
    await world.loop.createReturn({ id, items: [tee] });
    const { reason } = await world.untilStatus(id, 'attention');
    expect(reason).toContain('it is not what this return asks for');
    await world.loop.cancelReturn(id);
    await world.untilStatus(id, 'cancelled');
    await world.untilQuiet();
    expect(world.masonhub.calls.filter(({ name }) => name === 'delete')).toEqual([]);
    expect(world.masonhub.rmas.get(id)).toMatchObject({ status: 'open' });
  });
});
