import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { World } from '../support/service.ts';
import { untilPulled } from './boxes.ts';
import { openByHand } from './by-hand.ts';
import { startQuietly } from './worlds.ts';

/** RMAs that MasonHub has held for longer than this service knows of their returns, such as on a merchant's first day. */

let world: World;

beforeAll(async () => {
  world = await startQuietly({ pollIntervalMs: 300 });
  world.masonhub.silence();
});
afterAll(async () => {
  await world.stop();
});

const tee = { sku: 'TEE-1' };

/** Opened weeks before the service hears of its return: the list of a poll does not go back to it. */
async function openedWeeksAgo(id: string, receiveInto?: string): Promise<void> {
  await openByHand(world, id, tee.sku, receiveInto);
  const createdAt = new Date(Date.now() - 30 * 86_400_000);
  Object.assign(world.masonhub.rmas.get(id) ?? {}, { createdAt });
}

describe('an RMA that was there before, and none of whose callbacks comes', () => {
  it.each([
    ['88310001', 'available', 'processed', { processed: 1, flagged: 0 }],
    ['88310002', 'damaged', 'flagged', { processed: 0, flagged: 1 }],
  ] as const)('is decided by the receipt that it is found with: %s %s', async (id, status, ends, told) => {
    await openedWeeksAgo(id);
    await world.masonhub.receive(id, [{ ...tee, status }]);
    await world.loop.createReturn({ id, items: [tee], label: 'late' });
    await world.untilStatus(id, ends);
    expect(world.told(id)).toMatchObject(told);
    const events = (await world.returnOf(id))?.timeline.map(({ event }) => event) ?? [];
    expect(events.indexOf('receipt.pulled')).toBe(events.indexOf('rma.adopted') + 1);
  });

  it.each([
    ['88310005', null],
    ['88310006', 429],
    ['88310007', 503],
  ])(
    'is not refunded for a bare echo of what somebody else may have asked for: %s, after %s',
    async (id, status) => {
      await openedWeeksAgo(id, 'available');
      if (status !== null) world.masonhub.answerNext('create', { status, body: {} });
      await world.masonhub.receive(id, 'all-available', { lines: 'asked' });
      await world.loop.createReturn({ id, items: [tee], label: 'late' });
      const { reason } = await world.untilStatus(id, 'attention');
      expect(reason).toContain('may be what the RMA asked for: MasonHub had it before');
      expect(world.told(id)).toEqual({ processed: 0, flagged: 0, notes: [] });
    },
  );

  it('is refunded for a bare receipt where it was opened here, and only the answer to that was lost', async () => {
    const id = '88310008';
    world.masonhub.answerNext('create', 'work-then-drop');
    await world.loop.createReturn({ id, items: [tee], label: 'late' });
    await world.untilStatus(id, 'open');
    const [row] = await world.query('select rma_origin from returns where loop_return_id = $1', [id]);
    expect(row).toEqual({ rma_origin: 'opened' });
    await world.masonhub.receive(id, 'all-available', { lines: 'inspected' });
    await world.untilStatus(id, 'processed');
  });

  it.each(['88310003', '88310004'])('is asked for by its number until it is received: %s', async (id) => {
    await openedWeeksAgo(id);
    await world.loop.createReturn({ id, items: [tee], label: 'late' });
    await world.untilStatus(id, 'open');
    await untilPulled(world, 2);
    await world.masonhub.receive(id, [{ ...tee, status: 'available' }]);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual({ processed: 1, flagged: 0, notes: [] });
  });
});
