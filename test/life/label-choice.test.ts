import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usualStyles } from '../../src/stand-ins/loop/style.ts';
import type { World } from '../support/service.ts';
import { until } from '../support/until.ts';
import { startQuietly, startSilently } from './worlds.ts';

const items = [{ sku: 'TEE-1' }, { sku: 'CAP-2' }];
const [old, young] = ['1Z999AA10000000001', '1Z999AA10000000002'];
const label = (trackingNumber: string) => ({ carrier: 'UPS', trackingNumber });
const packageOf = (world: World, id: string, slug = 'acme') =>
  world.vendorsOf(slug).masonhub.rmas.get(id)?.record['package_id'];
const untilPackage = (world: World, id: string, number: string, slug = 'acme') =>
  until(
    () => packageOf(world, id, slug) === number,
    () => `package ${number}; it is ${JSON.stringify(packageOf(world, id, slug))}`,
  );

/** Today's returns list their labels; older ones have one at the top, in some deliveries. */
const lists = usualStyles.filter(({ labels }) => labels === 'list');

describe.each([
  ['today', lists],
  ['older', usualStyles],
] as const)('where labels are told of as in deliveries of %s', (slug, styles) => {
  let world: World;
  beforeAll(async () => {
    world = await startQuietly({ merchants: { [slug]: { loop: { labelShape: slug, styles } } } });
  });
  afterAll(async () => {
    await world.stop();
  });

  const opened = async (spec: Parameters<World['open']>[1]) => {
    const id = await world.loop.createReturn({ items, ...spec });
    await world.untilStatus(id, 'open', slug);
    return id;
  };

  it('a label that is asked for, made and closed puts its number on the RMA', async () => {
    const id = await opened({ label: 'late' });
    await world.loop.requestLabel(id);
    await world.untilQuiet();
    expect(packageOf(world, id, slug)).toBe(id);
    await world.loop.addLabel(id, label(young));
    await world.loop.closeLabel(id);
    await world.untilQuiet();
    expect(packageOf(world, id, slug)).toBe(young);
    expect(world.loop.deliveries.map(({ status }) => status)).not.toContain(422);
  });

  it.each(['in_transit', 'delivered', 'failure', 'error', 'N/A'] as const)(
    'the only label of a return stays on the RMA when it becomes %s',
    async (status) => {
      const id = await opened({ labels: [label(old)] });
      await world.loop.changeLabel(id, status);
      await world.untilQuiet();
      expect(packageOf(world, id, slug)).toBe(old);
      expect(world.loop.deliveries.at(-1)?.status).toBe(200);
    },
  );

  it.each(['first', 'last'] as const)(
    'a label that takes the place of a cancelled one is on the RMA, also where it stands %s',
    async (place) => {
      const id = await opened({ labels: [label(old)] });
      await world.loop.replaceLabel(id, label(young), { place });
      await world.untilQuiet();
      expect(packageOf(world, id, slug)).toBe(young);
    },
  );

  it.each(['cancelled', 'expired', 'failure', 'error'] as const)(
    'a label that is %s gives way to another that is told of later',
    async (status) => {
      const id = await opened({ labels: [label(old)] });
      await world.loop.changeLabel(id, status);
      await world.untilQuiet();
      await world.loop.addLabel(id, label(young));
      await world.untilQuiet();
      expect(packageOf(world, id, slug)).toBe(young);
    },
  );
});

describe('where only pulls tell', () => {
  let world: World;
  beforeAll(async () => {
    world = await startSilently({ merchants: { acme: {}, shows: { loop: { listItems: 'shown' } } } });
  });
  afterAll(async () => {
    await world.stop();
  });

  it.each(['acme', 'shows'])('a new label takes the place of a cancelled one (%s)', async (slug) => {
    const { loop } = world.vendorsOf(slug);
    const id = await loop.createReturn({ items, labels: [label(old)] });
    await world.untilStatus(id, 'open', slug);
    await loop.replaceLabel(id, label(young), { place: 'first' });
    await untilPackage(world, id, young, slug);
  });

  it.each(['acme', 'shows'])('a cancelled label does not stand for one that lives (%s)', async (slug) => {
    const { loop } = world.vendorsOf(slug);
    const labels = [{ ...label(old), status: 'cancelled' as const }, label(young)];
    const id = await loop.createReturn({ items, labels });
    await untilPackage(world, id, young, slug);
  });
});
