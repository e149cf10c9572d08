import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoopReturnSpec } from '../../src/stand-ins/loop/returns.ts';
import type { World } from '../support/service.ts';
import { tellsAllLabels } from '../support/vendors.ts';
import { startQuietly, startSilently } from './worlds.ts';

/** Which world: one whose returns are told by webhooks, or one that lives by pulls alone. */
const ways = ['a webhook', 'a pull'] as const;
const worlds = new Map<(typeof ways)[number], World>();

beforeAll(async () => {
  // A webhook that names one label of several may name the one that is not used.
  worlds.set('a webhook', await startQuietly({ merchants: { acme: tellsAllLabels } }));
  worlds.set('a pull', await startSilently());
});
afterAll(async () => {
  for (const world of worlds.values()) await world.stop();
});

function worldOf(way: (typeof ways)[number]): World {
  const world = worlds.get(way);
  if (world === undefined) throw new Error(`There is no world for ${way}`);
  return world;
}

const items = [{ sku: 'TEE-1' }];
const nothing = { processed: 0, flagged: 0, notes: [] };
const label = (status: 'delivered' | 'cancelled' | 'expired' | 'in_transit') => ({
  carrier: 'UPS',
  trackingNumber: '1Z999AA10123456784',
  status,
});

describe.concurrent.each(ways)('told by %s', (way) => {
  it.each<[string, Omit<LoopReturnSpec, 'items'>]>([
    ['its label was delivered', { labels: [label('delivered')] }],
    ['its label was cancelled', { labels: [label('cancelled')] }],
    ['its label has expired', { labels: [label('expired')] }],
    ['it has no label', { label: 'none' }],
    ['it was handed in at a shop', { method: 'inStore' }],
  ])('a return first heard of as closed gets no RMA where %s', async (_why, spec) => {
    const world = worldOf(way);
    const id = await world.loop.createReturn({ items, state: 'closed', ...spec });
    const { reason } = await world.untilStatus(id, 'processed');
    expect(reason).toMatch(/closed the return/);
    await world.untilQuiet();
    expect(world.masonhub.rmas.has(id)).toBe(false);
    expect(world.told(id)).toEqual(nothing);
  });

  it('an old return that is touched today gets no RMA', async () => {
    const world = worldOf(way);
    world.loop.silence();
    const id = await world.loop.createReturn({
      items,
      state: 'closed',
      labels: [label('in_transit')],
      createdAt: new Date('2026-05-01T08:00:00Z'),
    });
    if (way === 'a webhook') world.loop.resume();
    await world.loop.changeLabel(id, 'delivered');
    await world.loop.updateReturn(id, { orderName: '#777' });
    await world.untilStatus(id, 'processed');
    expect(world.masonhub.rmas.has(id)).toBe(false);
  });

  it.each<[string, Omit<LoopReturnSpec, 'items'>]>([
    ['its label is on its way', { labels: [label('in_transit')] }],
    [
      'one of its labels is on its way',
      { labels: [{ ...label('cancelled'), trackingNumber: '1Z999AA10123456791' }, label('in_transit')] },
    ],
  ])('a return first heard of as closed gets its RMA where %s', async (_why, spec) => {
    const world = worldOf(way);
    const id = await world.open(items, { state: 'closed', ...spec });
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    expect(world.told(id)).toEqual(nothing);
  });

  it('a return that the shopper may keep whole has its RMA deleted', async () => {
    const world = worldOf(way);
    const id = await world.open(items, { label: 'none' });
    await world.loop.keepReturn(id);
    const { reason } = await world.untilStatus(id, 'processed');
    expect(reason).toMatch(/no parcel is expected: the shopper kept the items/);
    await world.untilQuiet();
    expect(world.masonhub.rmas.get(id)?.status).toBe('deleted');
    expect(world.told(id)).toEqual(nothing);
  });

  it('a return that seems to be kept, and whose parcel is seen all the same, keeps its RMA', async () => {
    const world = worldOf(way);
    const id = await world.open(items, { label: 'none' });
    world.masonhub.silence();
    await world.masonhub.progress(id, 'inTransit');
    world.masonhub.resume();
    await world.loop.keepReturn(id);
    await world.untilQuiet();
    await world.masonhub.receive(id);
    await world.untilStatus(id, 'processed');
    await world.untilQuiet();
    expect(world.masonhub.rmas.get(id)?.status).toBe('received');
    expect(world.told(id)).toEqual(nothing);
  });
});
